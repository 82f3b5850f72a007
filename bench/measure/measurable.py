"""What a contestant can be asked, in a process of its own or in this one, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from bench.machine.placement import Places
from bench.measure.tally import WorkerReads
from bench.model import Contestant, Memory
from bench.trial.turn import Turn


@dataclass(frozen=True, slots=True)
class TurnReads:
    """What a timed turn gave: raw reads of every worker, where the window lay, CPU and wall seconds of the turn.

    Waking and parking the workers is not in ``cpu_s``, as far as an idle turn has told what it takes. served_s: CPU
    seconds that the server used meanwhile; None without one.
    """

    workers: list[WorkerReads]
    messages: dict[str, int]
    open_ns: int
    close_ns: int
    cpu_s: float
    wall_s: float
    served_s: float | None = None


@dataclass(slots=True)
class SideFigures:
    """What the memory turn and the lag turn gave, at this number of workers."""

    workers: int
    window_s: float = 0.0
    memory: Memory | None = None
    lateness_ns: list[int] | None = None


class Measurable(Protocol):
    """A contestant as `bench.measure.entrant` drives it: in a process of its own (`LiveTrial`) or in this one.

    All that takes a turn raises `TrialFailed` once, when the contestant goes out. facts: what it tells of itself.
    spreads: it can be in several places at a time, as far as is known.
    """

    contestant: Contestant
    out: str | None
    hung: bool
    facts: dict[str, Any]
    side: SideFigures | None
    parked_cpu_s: float

    @property
    def spreads(self) -> bool: ...
    def open(self, concurrency: int, load: str = "closed") -> None: ...
    def turn(self, turn: Turn) -> TurnReads: ...
    def memory_turn(self, ramp_ns: int, op_ns: int = 0) -> Memory | None: ...
    def side_turn(self, ramp_ns: int, op_ns: int, lag_ns: int) -> tuple[Memory | None, list[int]]: ...
    def idle_turn(self) -> None: ...
    def memory_now(self) -> Memory | None: ...
    def lag_turn(self, ramp_ns: int, window_ns: int) -> list[int]: ...
    def place(self, places: Places, cpu: int | None) -> bool: ...
    def close(self) -> None: ...
    def lose(self, reason: str, *, hung: bool = False) -> None: ...
