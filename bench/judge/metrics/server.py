"""What the fixture did and saw; warm-up included where it counts extremes."""

from __future__ import annotations

from collections.abc import Sequence

from bench.judge.metrics.metric import plain
from bench.model import TrialResult


def _cores(trials: Sequence[TrialResult]) -> float | None:
    """CPU seconds of the fixture per second of the turns; None when it does not serve."""
    read = [
        (turn.server_cpu_s, turn.wall_s) for trial in trials for turn in trial.turns if turn.server_cpu_s is not None
    ]
    return sum(cpu_s for cpu_s, _ in read) / sum(wall_s for _, wall_s in read) if read else None


def _largest(trials: Sequence[TrialResult], counter: str) -> float | None:
    return max((trial.counters.get(counter, 0) for trial in trials), default=0) or None


METRICS = (
    plain("server_cores", "server's cores", "cores", "resources", _cores, "no server"),
    plain("in_flight_max", "most in flight", "count", "resources",
          lambda trials: _largest(trials, "in_flight_max"), "not counted"),
    plain("connections", "connections", "count", "resources",
          lambda trials: _largest(trials, "connections"), "not counted"),
)  # fmt: skip
