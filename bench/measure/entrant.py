"""One contestant in one contest of one block: its steps, and what has been measured of it so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from bench import histogram
from bench.errors import TrialFailed
from bench.histogram import Histogram
from bench.measure import pace, tracing
from bench.measure.fixture import FixtureProcess
from bench.measure.measurable import Measurable, SideFigures, TurnReads
from bench.measure.tally import tally
from bench.model import Contest, Contestant, Memory, Trace, TrialResult, TurnResult, WorkloadSpec
from bench.trial.turn import Turn

LAG_WINDOW_NS = 31_000_000
"""Four ticks even of a thread that waits 5 ms for the GIL every time."""
LONG_LAG_WINDOW_NS = 100_000_000
FEW_TICKS = 4
"""A short lag window has seven ticks; where it has fewer than this, late ones are what there is to see."""
_MAXIMA = "_max"  # counters with this ending are maxima; all others are sums

T = TypeVar("T")


@dataclass(slots=True)
class Notes:
    """What has been measured so far."""

    turns: list[TurnResult] = field(default_factory=list)
    latency: Histogram = field(default_factory=dict)
    lateness_ns: list[int] = field(default_factory=list)
    memory: Memory | None = None
    memory_begin: Memory | None = None
    memory_end: Memory | None = None
    messages: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    side_window_s: float = 0.0
    trace: Trace | None = None


class Entrant:
    """A contestant while it takes part in one contest. A step that puts it out leaves ``lost`` filled."""

    def __init__(
        self,
        contestant: Contestant,
        workers: int,
        trial: Measurable | str,
        spec: WorkloadSpec,
        server: FixtureProcess,
        on_lost: Callable[[Measurable], None],
    ) -> None:
        """Args: trial: its process, or why it has none."""
        self.contestant = contestant
        self.workers = workers
        self.lost = trial if isinstance(trial, str) else trial.out or ""
        self.notes = Notes()
        self.paces: list[pace.Pilot] = []
        self._maybe = None if isinstance(trial, str) else trial
        self._spec = spec
        self._server = server
        self._on_lost = on_lost
        self._parked_before_s = self._maybe.parked_cpu_s if self._maybe else 0.0

    @property
    def live(self) -> bool:
        """Whether it still takes turns."""
        return self._maybe is not None and not self.lost

    @property
    def trial(self) -> Measurable:
        """Its process, while it is live."""
        assert self._maybe is not None
        return self._maybe

    def open(self, contest: Contest, *, aside: bool, op_ns: int = 0) -> TurnReads | None:
        """Open the workers, measure their memory and warm up; the warm-up's failures are kept, its figures are not.

        Args:
            aside: memory and responsiveness are measured in this block.
            op_ns: how long an op takes, 0 while nothing is known. Where it is known the side turn is the warm-up.
        """

        def act() -> TurnReads | None:
            self._server.muster(self.workers)
            self.trial.open(contest.concurrency, "closed" if contest.load == pace.BATCH else contest.load)
            reads = self._warmed(op_ns) if aside else self.trial.turn(pace.FIRST)
            self.trial.idle_turn()
            return reads

        reads = self._attempt(act)
        self._count()
        if reads is not None:
            _add(self.notes.messages, reads.messages)
        return reads

    def _warmed(self, op_ns: int) -> TurnReads | None:
        """Its side turn, and the warm-up unless that was one."""
        if op_ns and self._side_turn(op_ns):
            return None
        if not op_ns:
            self._memory_turn()
        return self.trial.turn(pace.FIRST)

    def pilot(self, warm_up: TurnReads) -> None:
        """Find out how long its ops are and how long its ramp must be; `paces` holds what was found."""
        turn = pace.pilot_turn(warm_up.workers)
        for _ in range(pace.pilots(turn)):
            reads = self._attempt(lambda: self.trial.turn(turn))
            self._count()
            if reads is None:
                return
            self.paces.append(self._pace(reads))

    def lag_turn(self) -> None:
        """One responsiveness turn: the same load with a ticker beside it, whose throughput is not used."""
        side = self._side()
        if side.lateness_ns is None:
            side.lateness_ns = self._lateness_ns(LAG_WINDOW_NS)
            if self.live and len(side.lateness_ns) < FEW_TICKS:
                side.lateness_ns += self._lateness_ns(LONG_LAG_WINDOW_NS)
        self.notes.lateness_ns = side.lateness_ns
        self._count()

    def _lateness_ns(self, window_ns: int) -> list[int]:
        self.notes.side_window_s += window_ns / 1e9
        return self._attempt(lambda: self.trial.lag_turn(pace.SIDE_RAMP_NS, window_ns)) or []

    def timed_turn(self, turn: Turn, number: int, position: int, cpu: int | None) -> None:
        """One turn of a round, whose ops count."""
        started_s = time.time()
        reads = self._attempt(lambda: self.trial.turn(turn))
        if reads is None:
            return
        counters = self._count()
        result = self._attempt(lambda: self._tallied(reads))
        if result is None:
            return
        self.notes.turns.append(
            replace(
                result,
                round=number,
                position=position,
                started_s=started_s,
                cpu=cpu,
                counters=counters,
            )  # fmt: skip
        )
        if self.notes.memory_begin is None:
            self.look()

    def look(self) -> None:
        """Read its memory while it is parked: first after its first turn, last after its last."""
        held = self.trial.memory_now()
        if self.notes.memory_begin is None:
            self.notes.memory_begin = held
        else:
            self.notes.memory_end = held

    def close(self) -> None:
        """Close the workers; a contestant that cannot has measured all the same."""
        self._attempt(self.trial.close)

    def result(self, block: int, contest: Contest, noise: dict[str, float]) -> TrialResult:
        """All of it, as it is stored."""
        notes = self.notes
        parked_s = self._maybe.parked_cpu_s - self._parked_before_s if self._maybe else 0.0
        reason = self.lost or self._nothing_succeeded()
        return TrialResult(
            block=block,
            workload=contest.workload,
            concurrency=contest.concurrency,
            runner=self.contestant.runner,
            copy=self.contestant.copy,
            workers=self.workers,
            status="failed" if reason else "measured",
            reason=reason,
            turns=tuple(notes.turns),
            latency=notes.latency,
            lag=histogram.count(np.array(notes.lateness_ns, dtype=np.int64)),
            lag_max_s=max(notes.lateness_ns, default=0) / 1e9,
            memory=notes.memory,
            memory_begin=notes.memory_begin,
            memory_end=notes.memory_end,
            messages=notes.messages,
            counters=notes.counters,
            side_window_s=notes.side_window_s,
            noise={**noise, "parked_cpu_s": parked_s} if noise else {},
            facts=dict(self._maybe.facts) if self._maybe else {},
            trace=notes.trace if block == 0 else None,
        )

    def _nothing_succeeded(self) -> str:
        turns = self.notes.turns
        if not turns or any(turn.ops for turn in turns):
            return ""
        first = next(iter(self.notes.messages), "no op ended inside a window")
        return f"no op succeeded: {first}"

    def _memory_turn(self) -> None:
        """Measure memory under load, before any timed turn leaves its buffers behind in the heap.

        The serial runner is the same single worker in every contest of the bout: measured once, valid in all.
        """
        side = self._side()
        if not side.window_s:
            began_s = time.perf_counter()
            side.memory = self.trial.memory_turn(pace.SIDE_RAMP_NS)
            self._taken(side, began_s)
        self.notes.memory = side.memory

    def _side_turn(self, op_ns: int) -> bool:
        """Measure memory, and responsiveness after it, unless that was done in this bout; tell whether."""
        side = self._side()
        began_s, due = time.perf_counter(), not side.window_s
        if due:
            side.memory, side.lateness_ns = self.trial.side_turn(pace.SIDE_RAMP_NS, op_ns, LAG_WINDOW_NS)
            if len(side.lateness_ns) < FEW_TICKS:
                side.lateness_ns += self.trial.lag_turn(pace.SIDE_RAMP_NS, LONG_LAG_WINDOW_NS)
            self._taken(side, began_s)
        self.notes.memory, self.notes.lateness_ns = side.memory, side.lateness_ns or []
        return due

    def _taken(self, side: SideFigures, began_s: float) -> None:
        side.window_s = self.notes.side_window_s = max(time.perf_counter() - began_s - pace.SIDE_RAMP_NS / 1e9, 0.0)

    def _side(self) -> SideFigures:
        """What is known beside throughput of this number of workers."""
        if self.trial.side is None or self.trial.side.workers != self.workers:
            self.trial.side = SideFigures(self.workers)
        return self.trial.side

    def _tallied(self, reads: TurnReads) -> TurnResult:
        counted = tally(reads.workers, reads.open_ns, reads.close_ns, least_latency_s=self._spec.least_latency_s)
        if len(self.paces) < pace.TOLD:
            self.paces.append(self._pace(reads))
        if self.notes.trace is None:
            self.notes.trace = tracing.trace(reads.workers, reads.open_ns, reads.close_ns)
        self.notes.latency = histogram.merge([self.notes.latency, counted.latency])
        _add(self.notes.messages, reads.messages)
        return TurnResult(
            round=0,
            position=0,
            started_s=0.0,
            cpu=None,
            window_s=(reads.close_ns - reads.open_ns) / 1e9,
            wall_s=reads.wall_s,
            ops=counted.ops,
            completed=counted.completed,
            errors=counted.errors,
            all_ops=counted.all_ops,
            latency_sum_s=counted.latency_sum_s,
            latency_max_s=counted.latency_max_s,
            late_workers=counted.late_workers,
            early=counted.early,
            fairness=counted.fairness,
            least_ops=counted.least_ops,
            most_ops=counted.most_ops,
            cpu_s=reads.cpu_s,
            server_cpu_s=reads.served_s,
            counters={},
            op_time_s=counted.op_time_s,
        )

    def _pace(self, reads: TurnReads) -> pace.Pilot:
        return pace.read(
            reads.workers,
            reads.cpu_s / reads.wall_s,
            spread=self.workers > 1 and self.trial.spreads,
            served_cores=(reads.served_s or 0.0) / reads.wall_s,
        )

    def _count(self) -> dict[str, int]:
        """What the fixture counted since the last look, added to the rest. Raises `FixtureFailed`."""
        counters = self._server.counters()
        _add(self.notes.counters, counters)
        return counters

    def _attempt(self, act: Callable[[], T]) -> T | None:
        """Take a step; None if that puts the contestant out.

        Raises:
            FixtureFailed: it is the fixture that has ended or hangs; then the contestant is innocent.
        """
        try:
            return act()
        except TrialFailed as failure:
            self._server.assert_alive()
            self.lost = str(failure)
            self._on_lost(self.trial)
        except (ArithmeticError, IndexError, ValueError) as error:  # reads that no worker of ours can have made
            self.trial.lose(f"its record makes no sense: {type(error).__name__}: {error}")
            self.lost = self.trial.out or ""
            self._on_lost(self.trial)
        return None


def _add(total: dict[str, int], more: dict[str, int]) -> None:
    """Add counters: sums add up, maxima keep the largest."""
    for name, value in more.items():
        total[name] = max(total.get(name, 0), value) if name.endswith(_MAXIMA) else total.get(name, 0) + value
