"""How many ops per second: in a typical turn, and in all of them."""

from __future__ import annotations

from bench.judge import passes
from bench.judge.metrics.metric import mean_of_blocks
from bench.model import TrialResult

_NOTHING = "no op succeeded"


def _mean_over_typical(trial: TrialResult) -> float | None:
    mean, typical = passes.mean_rate(trial), passes.typical_rate(trial)
    return mean / typical if mean and typical else None


METRICS = (
    mean_of_blocks("throughput_per_s", "typical rate", "ops/s", "throughput", passes.typical_rate, _NOTHING),
    mean_of_blocks("mean_per_s", "total ops / total time", "ops/s", "throughput", passes.mean_rate, _NOTHING),
    mean_of_blocks("mean_over_typical", "mean / typical", "factor", "throughput", _mean_over_typical, _NOTHING),
)
