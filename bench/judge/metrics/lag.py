"""Responsiveness: how late a timer beside the load fires."""

from __future__ import annotations

from collections.abc import Sequence

from bench.histogram import Histogram
from bench.judge.metrics.metric import percentile_of_blocks, plain
from bench.model import TrialResult

PERCENTILES = {"p50": 0.5, "p99": 0.99}


def _lateness(trial: TrialResult) -> Histogram:
    return trial.lag


def _latest_ms(trials: Sequence[TrialResult]) -> float | None:
    return max((trial.lag_max_s for trial in trials), default=0.0) * 1e3


METRICS = (
    *(
        percentile_of_blocks("lag_ms", name, q, f"lag, {name}", _lateness, "fewer than 10 ticks beyond")
        for name, q in PERCENTILES.items()
    ),
    plain("lag_max_ms", "largest lag seen", "ms", "latency", _latest_ms, "no tick"),
)
