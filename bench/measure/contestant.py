"""One contestant of a workload, seen from the session: a fresh trial process that opens, runs turns and closes.

A contestant that dies, hangs or cannot set up is *out*: it keeps the reason and takes no further turn in this block.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from bench.errors import TrialFailed
from bench.machine import resources
from bench.measure.fixture import FixtureProcess, specification
from bench.measure.tally import WorkerReads, unpack
from bench.model import Contestant, Memory, WorkloadSpec
from bench.process.child import Child, ChildLost
from bench.process.launch import Launch
from bench.process.reaper import Reaper
from bench.trial.channel import Message
from bench.trial.turn import LAG, MEMORY, Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TurnReads:
    """What a timed turn gave: raw reads of every worker, where the window lay, CPU and wall seconds of the turn."""

    workers: list[WorkerReads]
    messages: dict[str, int]
    open_ns: int
    close_ns: int
    cpu_s: float
    wall_s: float


def memory_window_ns(pids: list[int]) -> int:
    """Long enough to read the memory of every process several times (about 1 ms each)."""
    return 10_000_000 + 2_000_000 * len(pids)


@dataclass(slots=True)
class SideFigures:
    """What the memory turn and the lag turn gave, at this number of workers."""

    workers: int
    window_s: float = 0.0
    memory: Memory | None = None
    lateness_ns: list[int] | None = None


class LiveTrial:
    """A contestant's process. Methods raise `TrialFailed` once, when the contestant goes out."""

    def __init__(
        self, contestant: Contestant, spec: WorkloadSpec, launch: Launch, reaper: Reaper, timeout_s: float
    ) -> None:
        self.contestant = contestant
        self.out: str | None = None
        self.hung = False
        self.facts: dict[str, Any] = {}
        self.pids: list[int] = []
        self.side: SideFigures | None = None
        self._spec = replace(spec, parameters={**spec.parameters, **dict(contestant.variant)})
        self._timeout_s = timeout_s
        self._fixture = ""
        self._child = Child(launch, reaper)

    def load(self) -> None:
        """Tell the process what to load, without waiting: contestants and fixture of a workload load together."""
        order = {
            "do": "start",
            "workload": specification(self._spec),
            "runner": self.contestant.runner,
            "launched_s": self._child.launched_s,
        }
        self._guard(lambda: self._child.send(order))

    def loaded(self, fixture: FixtureProcess) -> None:
        """Wait until it has loaded; its workers will be given this fixture's value."""
        self._fixture = fixture.value
        self._note({"code": fixture.code})
        self._note(self._guard(lambda: self._child.reply(self._timeout_s)[0]))

    def open(self, concurrency: int) -> None:
        """Open the workers; afterwards ``pids`` is the process tree."""
        self._note(self._ask({"do": "open", "concurrency": concurrency, "fixture": self._fixture}))
        self.pids = resources.tree(self._child.pid)

    def turn(self, turn: Turn) -> TurnReads:
        """Run a timed turn."""
        self.pids = resources.tree(self._child.pid)
        cpu_before_s = resources.cpu_s(self.pids)
        began_s = time.perf_counter()
        done = self._run(turn)
        wall_s = time.perf_counter() - began_s
        cpu_s = resources.cpu_s(resources.tree(self._child.pid)) - cpu_before_s
        header, workers = self._collect()
        return TurnReads(
            workers, header["messages"], done["open_ns"], done["close_ns"], cpu_s + done["reaped_cpu_s"], wall_s
        )

    def memory_turn(self, ramp_ns: int) -> Memory | None:
        """Run a turn that records nothing, and return the largest memory seen while it lasted."""
        window_ns = memory_window_ns(self.pids)
        turn = Turn(MEMORY, ramp_ns, window_ns, 0)
        self._guard(lambda: self._child.send({"do": "turn", "turn": asdict(turn)}))
        time.sleep(ramp_ns / 1e9)
        until_s = time.perf_counter() + window_ns / 1e9
        largest = self.memory_now()
        while time.perf_counter() < until_s:
            seen = self.memory_now()
            if largest is None or (seen is not None and seen.total_bytes > largest.total_bytes):
                largest = seen
        self._guard(lambda: self._child.reply(self._turn_timeout_s(turn)))
        return largest

    def memory_now(self) -> Memory | None:
        """Memory of the process tree at this moment."""
        return resources.memory(resources.tree(self._child.pid))

    def lag_turn(self, ramp_ns: int, window_ns: int) -> list[int]:
        """Run a turn with a ticker beside the load; return how late each tick was, in nanoseconds."""
        self._run(Turn(LAG, ramp_ns, window_ns, 0))
        return list(self._collect()[0]["lateness_ns"])

    def close(self) -> None:
        """Close the workers."""
        self._ask({"do": "close"})

    def stop(self, patience_s: float = 0.5) -> None:
        """End the process and everything it started."""
        if self.out is None:
            self._child.stop(patience_s)
        else:
            self._child.kill()

    def _note(self, told: Message) -> None:
        """Keep what the process tells of itself; code that was imported before stays imported."""
        self.facts |= {**told, "code": {**self.facts.get("code", {}), **told.get("code", {})}}

    def _run(self, turn: Turn) -> Message:
        order = {"do": "turn", "turn": asdict(turn)}
        return self._guard(lambda: self._child.ask(order, self._turn_timeout_s(turn)))

    def _turn_timeout_s(self, turn: Turn) -> float:
        return self._timeout_s + (turn.ramp_ns + turn.window_ns + turn.drain_ns) / 1e9

    def _collect(self) -> tuple[Message, list[WorkerReads]]:
        def collect() -> tuple[Message, bytes]:
            self._child.send({"do": "collect"})
            return self._child.reply(self._timeout_s)

        header, payload = self._guard(collect)
        return header, unpack(header, payload)

    def _ask(self, order: Message) -> Message:
        return self._guard(lambda: self._child.ask(order, self._timeout_s))

    def _guard(self, act: Callable[[], T]) -> T:
        """Do something with the child; if it is lost, the contestant is out."""
        try:
            return act()
        except ChildLost as lost:
            self.out = str(lost)
            self.hung = lost.hung
            self._child.kill()
            raise TrialFailed(self.out) from lost
