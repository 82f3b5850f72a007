"""One contestant of a workload, seen from the session: a fresh trial process that opens, runs turns and closes.

Between its orders its whole process tree is frozen: background threads of one contestant would otherwise slow down
whoever has the turn. A contestant that dies, hangs or cannot set up is *out*: it keeps the reason and takes no further
turn in this block.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, TypeVar

from bench.errors import TrialFailed
from bench.machine import memory, tree
from bench.machine.placement import Places
from bench.measure import answers
from bench.measure.fixture import FixtureProcess, nothing, specification
from bench.measure.measurable import SideFigures, TurnReads
from bench.measure.whereabouts import Whereabouts
from bench.model import Contestant, Memory, WorkloadSpec
from bench.process.child import Child, ChildLost
from bench.process.launch import Launch
from bench.process.reaper import Reaper
from bench.trial.channel import Message
from bench.trial.turn import IDLE, LAG, MEMORY, Turn

T = TypeVar("T")

LONG_OPS = 1.5
"""A memory turn that lasts so many times what was ordered has ops longer than itself, and is taken again."""
LONGEST_MEMORY_TURN_NS = 3_000_000_000
LATE_NS = (100_000_000, 1_000_000_000)
"""Beside busy programs whoever reads memory may get a CPU when the turn is over: it is taken again, longer by these."""
_READ_NS = 2_000_000
"""What reading the memory of one process takes, at most."""


class LiveTrial:
    """A contestant's process. Methods raise `TrialFailed` once, when the contestant goes out.

    Raises:
        ChildLost: it could not be started.
    """

    def __init__(
        self, contestant: Contestant, spec: WorkloadSpec, launch: Launch, reaper: Reaper, timeout_s: float
    ) -> None:
        self.contestant = contestant
        self.out: str | None = None
        self.hung = False
        self.facts: dict[str, Any] = {}
        self.pids: list[int] = []
        self.side: SideFigures | None = None
        self.parked_cpu_s = 0.0
        self._spec = replace(spec, parameters={**spec.parameters, **dict(contestant.variant)})
        self._timeout_s = timeout_s
        self._reporting: set[int] = set()
        self._whereabouts = Whereabouts()
        self._place: int | None = None
        self._rest_cpu_s: float | None = None
        self._idle_cpu_s = 0.0
        self._server = nothing()
        self._load = "closed"
        self._child = Child(launch, reaper)

    def load(self) -> None:
        """Tell the process what to load, without waiting: contestants and fixture of a workload load together."""
        order = {
            "do": "start",
            "workload": specification(self._spec),
            "runner": self.contestant.runner,
            "launched_s": self._child.launched_s,
        }
        self._guard(lambda: self._child.send(order, self._timeout_s))

    def loaded(self, fixture: FixtureProcess) -> None:
        """Wait until it has loaded; its workers will be given this fixture's value."""
        self._server = fixture
        self._note({"code": fixture.code, "mustered": fixture.musters})
        self._note(self._guard(lambda: answers.facts(self._child.reply(self._timeout_s)[0])))
        self._freeze()

    def open(self, concurrency: int, load: str = "closed") -> None:
        """Open the workers for turns of this load; afterwards ``pids`` is the process tree."""
        order = {
            "do": "open",
            "concurrency": concurrency,
            "fixture": self._server.value,
            "patience_s": self._timeout_s / 2,
        }
        self._load = load
        with self._awake():
            told = self._guard(lambda: self._child.ask(order, self._timeout_s))
            self._run(Turn(IDLE, 0, 0, 0))  # what a process does once, for its first turn, is in nobody's figures
        self._reporting = self._guard(lambda: {self._child.pid, *answers.pids(told, "reporting")})
        self._note(self._guard(lambda: answers.facts(told)))
        self._rest_cpu_s = self._cpu_s()
        self._whereabouts.opened(self.pids, concurrency)

    def turn(self, turn: Turn) -> TurnReads:
        """Run a timed turn."""
        cpu_s = self._whole_cpu_s if turn.cold else self._cpu_s
        with self._awake():
            with self._whereabouts.watched(self.pids):
                served_before_s, cpu_before_s, began_s = self._server.cpu_s(), cpu_s(), time.perf_counter()
                done = self._run(turn)
                wall_s = time.perf_counter() - began_s
            self._look()
            cpu_after_s, served_after_s = cpu_s(), self._server.cpu_s()
            header, payload = self._collect()

        if turn.ops:
            self.facts["batch_ops"] = turn.ops

        def read() -> TurnReads:
            workers, messages = (
                answers.record(header, payload, 0 if turn.ops else 1),
                answers.counts(header, "messages"),
            )
            bounds = answers.batch(done, workers, turn.ops) if turn.ops else answers.window(done, turn.window_ns)
            reaped_s = 0.0 if turn.cold else answers.seconds(done["reaped_cpu_s"])
            self._whereabouts.spreads |= reaped_s > 0
            idle_s = 0.0 if turn.cold else self._idle_cpu_s
            used_s = max(cpu_after_s - cpu_before_s + reaped_s - idle_s, 0.0)
            served_s = None if served_after_s is None else max(served_after_s - (served_before_s or 0.0), 0.0)
            return TurnReads(workers, messages, *bounds, used_s, wall_s, served_s)

        return self._guard(read)

    def idle_turn(self) -> None:
        """Find out how much CPU it takes to wake these workers and to park them."""
        with self._awake():
            before_s = self._cpu_s()
            self._run(Turn(IDLE, 0, 0, 0))
            self._idle_cpu_s = self._cpu_s() - before_s

    def memory_turn(self, ramp_ns: int, op_ns: int = 0) -> Memory | None:
        """Memory while turns last that record nothing: the largest reading, and the typical one.

        Two ops of the slowest worker, at least: a worker ends the op it is in, so a turn of long ops lasts as long as
        one of them, and is then taken again at twice that length.

        Args:
            op_ns: how long an op takes, as far as is known: two of them are ordered at once.
        """
        with self._awake():
            return self._long_enough(Turn(MEMORY, ramp_ns, self._memory_window_ns(op_ns), 0), op_ns)

    def side_turn(self, ramp_ns: int, op_ns: int, lag_ns: int) -> tuple[Memory | None, list[int]]:
        """A memory turn that goes on as a lag turn, when nobody reads memory any more: one ramp serves both."""
        with self._awake():
            turn = Turn(LAG, ramp_ns + self._memory_window_ns(op_ns), lag_ns, 0)
            held = self._long_enough(turn, op_ns, ramp_ns)
            header, _ = self._collect()
        return held, self._guard(lambda: answers.lateness_ns(header))

    def _memory_window_ns(self, op_ns: int) -> int:
        """Long enough to read the memory of every process several times."""
        return min(max(10_000_000 + _READ_NS * len(self.pids), 2 * op_ns), LONGEST_MEMORY_TURN_NS)

    def _long_enough(self, turn: Turn, op_ns: int, ramp_ns: int | None = None) -> Memory | None:
        """What a turn holds; taken again where it shows that an op is longer than it. ramp_ns: if not the turn's."""
        ramp_ns = turn.ramp_ns if ramp_ns is None else ramp_ns
        ordered = turn
        for late_ns in (0, *LATE_NS):
            ordered = replace(turn, ramp_ns=turn.ramp_ns + late_ns)
            with self._whereabouts.watched(self.pids):
                readings, lasted_ns = self._read_memory(ordered, ramp_ns)
            if readings or self.memory_now() is None:
                break
        if not readings:
            return None
        if lasted_ns > LONG_OPS * (ordered.ramp_ns + ordered.window_ns):
            op_ns = lasted_ns
            longer = replace(turn, ramp_ns=turn.ramp_ns + min(2 * lasted_ns, LONGEST_MEMORY_TURN_NS))
            more, longer_ns = self._read_memory(longer, ramp_ns)
            readings, lasted_ns = readings + more, lasted_ns + longer_ns
        return replace(
            max(readings, key=lambda one: one.total_bytes),
            typical_bytes=round(statistics.median(one.total_bytes for one in readings)),
            readings=len(readings),
            ops_seen=lasted_ns / op_ns if op_ns else None,
        )

    def _read_memory(self, turn: Turn, ramp_ns: int) -> tuple[list[Memory], int]:
        """Readings from the end of the ramp until a lag turn's window opens, or else until the workers are parked.

        And how long the turn took.
        """
        began_ns = time.perf_counter_ns()
        self._guard(lambda: self._child.send(self._order(turn), self._timeout_s))
        readings: list[Memory] = []
        until_s = time.perf_counter() + self._turn_timeout_s(turn)
        last_ns = began_ns + turn.ramp_ns if turn.kind == LAG else None
        takes_ns = 0
        done = self._child.ready(ramp_ns / 1e9)
        while not done and (now_ns := time.perf_counter_ns()) < until_s * 1e9:
            if readings and last_ns is not None and now_ns + takes_ns > last_ns:
                break
            done = self._child.ready(0.0)
            if (seen := self.memory_now()) is not None:
                readings.append(seen)
            takes_ns = time.perf_counter_ns() - now_ns
        left_s = max(until_s - time.perf_counter(), 0.1)
        self._guard(lambda: self._child.reply(left_s, waited_s=self._timeout_s - left_s))
        return readings, time.perf_counter_ns() - began_ns

    def unread_turn(self, ramp_ns: int, window_ns: int) -> None:
        """The load of a memory turn while nobody reads memory: what shows what reading does."""
        with self._awake():
            self._run(Turn(MEMORY, ramp_ns, window_ns, 0))

    def memory_now(self) -> Memory | None:
        """Memory of the process tree at this moment."""
        return memory.of(tree.of(self._child.pid))

    def lag_turn(self, ramp_ns: int, window_ns: int) -> list[int]:
        """Run a turn with a ticker beside the load; return how late each tick was, in nanoseconds."""
        with self._awake():
            self._run(Turn(LAG, ramp_ns, window_ns, 0))
            header, _ = self._collect()
        return self._guard(lambda: answers.lateness_ns(header))

    @property
    def spreads(self) -> bool:
        """Whether it can compute in several places at a time, as far as is known."""
        return self._whereabouts.spreads

    def place(self, places: Places, cpu: int | None) -> bool:
        """Confine it to the round's CPU if it computes in one place at a time; tell whether it is confined.

        One that computed in several at any time keeps all CPUs, because its users do.
        """
        wanted = cpu if self._whereabouts.is_one_place(self.pids, self._idle_cpu_s) else None
        if wanted != self._place:
            if wanted is None:
                self._look()  # who was born while it was confined is confined as well
            places.confine(self.pids, wanted)
            self._place = wanted
        return wanted is not None

    def close(self) -> None:
        """Close the workers."""
        with self._awake():
            self._guard(lambda: self._child.ask({"do": "close"}, self._timeout_s))

    def stop(self, patience_s: float = 0.5) -> None:
        """End the process and everything it started."""
        tree.thaw(self.pids)
        if self.out is None:
            with self._whole_tree():
                self._child.stop(patience_s)

    def _note(self, told: Message) -> None:
        """Keep what the process tells of itself; code that was imported before stays imported."""
        self.facts |= {**told, "code": {**self.facts.get("code", {}), **told.get("code", {})}}

    @contextmanager
    def _awake(self) -> Iterator[None]:
        """Let it go on for an order, and note what it used meanwhile although it was not its turn."""
        now_s = self._cpu_s()
        if self._rest_cpu_s is not None:
            self.parked_cpu_s += max(now_s - self._rest_cpu_s, 0.0)
        tree.thaw(self.pids)
        yield
        self._freeze()

    def _freeze(self) -> None:
        if self._spec.runs_while_parked:
            self._look()
        else:
            self.pids = tree.freeze(self._child.pid, self.pids)
        self._rest_cpu_s = self._cpu_s()

    def _look(self) -> None:
        """See who is in the tree now."""
        self.pids = tree.of(self._child.pid)

    def _cpu_s(self) -> float:
        """CPU seconds of the tree, without what its reporting processes tell of their children themselves."""
        return tree.cpu_s(self.pids) + tree.reaped_cpu_s(set(self.pids) - self._reporting - {self._child.pid})

    def _whole_cpu_s(self) -> float:
        """CPU seconds of the tree with all that has ended in it, to the tick: workers of a cold batch come and go."""
        return tree.cpu_s(self.pids) + tree.reaped_cpu_s(self.pids)

    def _run(self, turn: Turn) -> Message:
        return self._guard(lambda: self._child.ask(self._order(turn), self._turn_timeout_s(turn)))

    def _order(self, turn: Turn) -> Message:
        return {"do": "turn", "turn": asdict(turn if turn.ops else replace(turn, load=self._load))}

    def _turn_timeout_s(self, turn: Turn) -> float:
        return self._timeout_s + (turn.ramp_ns + turn.window_ns + turn.drain_ns) / 1e9

    def _collect(self) -> tuple[Message, bytes]:
        def collect() -> tuple[Message, bytes]:
            self._child.send({"do": "collect"}, self._timeout_s)
            return self._child.reply(self._timeout_s)

        return self._guard(collect)

    def _guard(self, act: Callable[[], T]) -> T:
        """Do something with the child; if it is lost, or says what makes no sense, the contestant is out."""
        try:
            return act()
        except ChildLost as lost:
            self.lose(str(lost), hung=lost.hung)
            raise TrialFailed(str(lost)) from lost
        except (KeyError, TypeError, ValueError, IndexError, ArithmeticError) as error:
            said = f"its answer makes no sense: {type(error).__name__}: {error}"
            self.lose(said)
            raise TrialFailed(said) from error

    def lose(self, reason: str, *, hung: bool = False) -> None:
        """It is out, and its processes ended."""
        self.out, self.hung = reason, hung
        with self._whole_tree():
            self._child.kill()

    @contextmanager
    def _whole_tree(self) -> Iterator[None]:
        """End with it what has left its group. Whom it started is known only while it is there."""
        doomed = {*self.pids, *tree.of(self._child.pid)}
        yield
        tree.kill(doomed)
