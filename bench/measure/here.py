"""Contestants in this very process: what a test measures of closures and fixtures that no other process can have.

They take turns as always, and are opened anew in every block. What a process of their own gives is not to be had here:
their memory, a frozen neighbour, another draw of the address space per block, and ``processes``.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from bench.errors import TrialFailed
from bench.machine.placement import Places
from bench.measure import fixture, tally
from bench.measure.contest import ContestBlock, Tuning
from bench.measure.entrant import Entrant
from bench.measure.measurable import SideFigures, TurnReads
from bench.model import Contest, Contestant, Memory, Plan, TrialResult
from bench.plan import matrix
from bench.trial import runners
from bench.trial.recorder import describe
from bench.trial.runners import RunnerModule, Workers
from bench.trial.settling import settle
from bench.trial.turn import LAG, Turn
from bench.workload import AsyncOp, Context, Op, Workload

T = TypeVar("T")


class Functions(Workload):
    """A workload of one blocking function, one coroutine function, or both, whatever they close over."""

    def __init__(self, blocking: Callable[[], Any] | None, coroutine: Callable[[], Awaitable[Any]] | None) -> None:
        self._ops = {"blocking": blocking, "coroutine": coroutine}

    def provides(self, form: str) -> bool:
        return self._ops[form] is not None

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        assert self._ops["blocking"] is not None
        yield self._ops["blocking"]

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        assert self._ops["coroutine"] is not None
        yield self._ops["coroutine"]


class CheckedFunctions(Functions):
    """The same with a check: the loop calls one only where a workload has its own."""

    def __init__(
        self,
        blocking: Callable[[], Any] | None,
        coroutine: Callable[[], Awaitable[Any]] | None,
        check: Callable[[Any], object],
    ) -> None:
        super().__init__(blocking, coroutine)
        self._check = check

    def check(self, result: Any) -> bool:
        return bool(self._check(result))


class HereTrial:
    """A contestant of this process; what `bench.measure.contestant.LiveTrial` is in one of its own."""

    def __init__(self, contestant: Contestant, workload: Workload) -> None:
        self.contestant = contestant
        self.out: str | None = None
        self.hung = False
        self.facts: dict[str, Any] = {}
        self.side: SideFigures | None = None
        self.parked_cpu_s = 0.0
        self.spreads = False
        self._workload = workload
        settle()
        self._module: RunnerModule = runners.load(contestant.runner)
        self._scope: AbstractContextManager[Workers] | None = None
        self._workers: Workers
        self._load = "closed"

    def open(self, concurrency: int, load: str = "closed") -> None:
        """Open the workers."""
        self._load = load
        own = 1 if self._module.RUNNER.serial else concurrency
        self.spreads = own > 1 and self._module.RUNNER.form == "blocking"

        def enter() -> Workers:
            scope = self._module.workers(self._workload, Context(None, None, own))
            workers = scope.__enter__()
            self._scope = scope
            return workers

        self._workers = self._guard(enter)
        self.facts |= self._workers.facts()

    def turn(self, turn: Turn) -> TurnReads:
        """Run a timed turn."""
        cpu_before_s, began_s = time.process_time(), time.perf_counter()
        span = self._guard(lambda: self._workers.run(replace(turn, load=self._load)))
        wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_before_s
        states = self._workers.states()
        messages: dict[str, int] = {}
        for _, _, told in states:
            for text, count in told.items():
                messages[text] = messages.get(text, 0) + count
        header = {"ends": [len(ends) // 8 for ends, _, _ in states], "failed": [len(bad) // 8 for _, bad, _ in states]}
        reads = tally.unpack(header, b"".join(ends + bad for ends, bad, _ in states))
        return TurnReads(reads, messages, span.open_ns, span.close_ns, cpu_s, wall_s)

    def memory_turn(self, ramp_ns: int, op_ns: int = 0) -> Memory | None:
        """None: what one of several holds cannot be told apart in one process."""
        return None

    def side_turn(self, ramp_ns: int, op_ns: int, lag_ns: int) -> tuple[Memory | None, list[int]]:
        """No memory, and a lag turn."""
        return None, self.lag_turn(ramp_ns, lag_ns)

    def idle_turn(self) -> None:
        """Nothing: a turn begins with a call here, and nobody is woken from outside."""

    def memory_now(self) -> Memory | None:
        """None, as `memory_turn`."""
        return None

    def lag_turn(self, ramp_ns: int, window_ns: int) -> list[int]:
        """Run a turn with a ticker beside the load; return how late each tick was, in nanoseconds."""
        self._guard(lambda: self._workers.run(Turn(LAG, ramp_ns, window_ns, 0, self._load)))
        self._workers.states()
        return list(self._workers.lateness_ns())

    def place(self, places: Places, cpu: int | None) -> bool:
        """Nobody is confined: the process is the user's."""
        return False

    def close(self) -> None:
        """Close the workers; what they have left behind is told by ``facts["tasks_left"]``."""
        if self._scope is not None:
            scope, self._scope = self._scope, None
            self.facts["tasks_left"] = getattr(self._workers, "tasks_left", lambda: 0)()
            self._guard(lambda: scope.__exit__(None, None, None))

    def lose(self, reason: str, *, hung: bool = False) -> None:
        """It is out."""
        self.out, self.hung = reason, hung
        if self._scope is not None:
            scope, self._scope = self._scope, None
            try:
                scope.__exit__(None, None, None)
            except Exception:  # noqa: S110 - what is broken already may break again
                pass

    def _guard(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except Exception as error:
            reason = describe(error)
            self.lose(reason)
            raise TrialFailed(reason) from error


def measure(plan: Plan, workload: Workload, budget_s: float) -> tuple[TrialResult, ...]:
    """Carry out a plan of one workload in this process: blocks of contests, whose contestants take turns.

    Args:
        budget_s: for all of it; every contest gets an equal share of every block.
    """
    results: list[TrialResult] = []
    tuning: dict[tuple[str, int], Tuning | None] = {}
    rounds_s = budget_s / max(plan.settings.blocks * len(plan.contests), 1)
    for block in range(plan.settings.blocks):
        for contest in plan.contests:
            held = _held(plan, contest, block, workload)
            known = tuning.get(contest.key)
            tuning[contest.key] = held.run(known, lambda need, spent_s: rounds_s) or known
            results += held.results()
    return tuple(results)


def _held(plan: Plan, contest: Contest, block: int, workload: Workload) -> ContestBlock:
    infos = runners.catalogue()
    server = fixture.nothing()
    entrants = [
        Entrant(
            who, matrix.concurrency_of(contest, infos[who.runner]), HereTrial(who, workload),
            plan.workload(contest.workload), server, lambda trial: None,
        )
        for who in contest.contestants
    ]  # fmt: skip
    return ContestBlock(plan, contest, block, entrants, server, Places("free"), lambda: None)


def names() -> tuple[str, ...]:
    """The runners that can be had here: those that keep to one process."""
    return tuple(name for name, info in runners.catalogue().items() if not info.delegates and not runners.missing(info))
