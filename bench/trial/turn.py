"""One turn: a short span in which one trial runs its op at full load."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

WARM = "warm"
TIMED = "timed"
MEMORY = "memory"
LAG = "lag"


@dataclass(frozen=True, slots=True)
class Turn:
    """What the harness orders. All workers run from the ramp to the end of the drain; only the window counts.

    kind: ``timed`` records every op; ``warm`` does as well, and looks at what a blocking op returns; ``memory`` records
        nothing, so that no record is in the figure; ``lag`` runs a ticker beside the load and records how late it is.
    load: how ops follow each other, by its file in `bench.trial.loads`.
    """

    kind: str
    ramp_ns: int
    window_ns: int
    drain_ns: int
    load: str = "closed"

    def starting(self, now_ns: int) -> Span:
        """Place this turn on the clock."""
        open_ns = now_ns + self.ramp_ns
        close_ns = open_ns + self.window_ns
        return Span(self.kind, now_ns, open_ns, close_ns, close_ns + self.drain_ns, self.load)


@dataclass(frozen=True, slots=True)
class Span:
    """A turn on the clock of ``perf_counter_ns``, which all processes of one machine share."""

    kind: str
    start_ns: int
    open_ns: int
    close_ns: int
    stop_ns: int
    load: str = "closed"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
