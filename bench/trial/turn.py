"""One turn: a short span in which one trial runs its op at full load."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

WARM = "warm"
TIMED = "timed"
MEMORY = "memory"
LAG = "lag"
IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Turn:
    """What the harness orders. All workers run from the ramp to the end of the drain; only the window counts.

    kind: ``timed`` records every op; ``warm`` does as well, and looks at what a blocking op returns; ``memory`` records
        nothing, so that no record is in the figure; ``lag`` runs a ticker beside the load and records how late it is;
        ``idle`` wakes the workers for nothing, so that what waking them costs is known.
    load: how ops follow each other, by its file in `bench.trial.loads`.
    ops: of a batch, which lasts until that many are done and has no window of its own; 0 for any other load.
    cold: the batch begins before its workers are opened.
    began_ns: when it began, if that is before the workers are told.
    """

    kind: str
    ramp_ns: int
    window_ns: int
    drain_ns: int
    load: str = "closed"
    ops: int = 0
    cold: bool = False
    began_ns: int = 0

    def starting(self, now_ns: int) -> Span:
        """Place this turn on the clock."""
        open_ns = now_ns + self.ramp_ns
        close_ns = open_ns + self.window_ns
        start_ns = self.began_ns or now_ns
        return Span(self.kind, start_ns, open_ns, close_ns, close_ns + self.drain_ns, self.load, self.ops)


def none_left() -> int:
    """The tickets of a load that needs none."""
    return 0


@dataclass(frozen=True, slots=True)
class Span:
    """A turn on the clock of ``perf_counter_ns``, which all processes of one machine share.

    ops: of a batch, by the workers that share this span.
    tickets: one for each of them, then 0 for whoever asks.
    """

    kind: str
    start_ns: int
    open_ns: int
    close_ns: int
    stop_ns: int
    load: str = "closed"
    ops: int = 0
    tickets: Callable[[], int] = none_left

    def among(self, workers: int) -> Span:
        """The same for so many workers of one process, who draw from one store. Its methods are atomic."""
        return replace(self, tickets=deque([1] * self.ops + [0] * workers).popleft) if self.ops else self

    def part(self, index: int, workers: int) -> Span:
        """The same for one of so many workers that cannot share a store: its part of the ops."""
        return replace(self, ops=self.ops // workers + (index < self.ops % workers)) if self.ops else self

    def as_dict(self) -> dict[str, Any]:
        told = asdict(replace(self, tickets=none_left))  # what it copies must not be a store
        del told["tickets"]
        return told
