"""How long an op takes: the mean of those credited to the windows, percentiles, and the longest."""

from __future__ import annotations

from collections.abc import Sequence

from bench.histogram import Histogram
from bench.judge import passes, stats
from bench.judge.metrics.metric import Metric, in_ms, mean_of_blocks, percentile_of_blocks
from bench.model import Estimate, TrialResult

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99_9": 0.999}
_FEW = "fewer than 10 ops beyond"


def _mean_ms(trial: TrialResult) -> float | None:
    mean_s = passes.quotient(trial, lambda turn: turn.op_time_s, lambda turn: turn.ops)
    return None if mean_s is None else mean_s * 1e3


def _durations(trial: TrialResult) -> Histogram:
    return trial.latency


def _longest(trials: Sequence[TrialResult]) -> Estimate | None:
    return in_ms(stats.maximum([max(turn.latency_max_s for turn in trial.turns) for trial in trials]))


METRICS = (
    mean_of_blocks("latency_mean_ms", "mean", "ms", "latency", _mean_ms, "no op succeeded"),
    *(
        percentile_of_blocks("latency_ms", name, q, name.replace("_", "."), _durations, _FEW)
        for name, q in PERCENTILES.items()
    ),
    Metric("latency_max_ms", "largest [range of the blocks' largest]", "ms", "latency", _longest,
           lacking="no op succeeded", family="latency_ms", key="max"),
)  # fmt: skip
