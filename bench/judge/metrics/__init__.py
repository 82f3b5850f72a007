"""The metrics of a case, one file each: what it is called, how it comes from a trial, how blocks join.

A new metric is a new file here and its name in `_FILES`; the document, the reading API and the report's tables have it
from then on.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from bench.judge.metrics.metric import Metric
from bench.model import Estimate, TrialResult

__all__ = ["ALL", "Metric", "named", "of_case"]

_FILES = ("throughput", "makespan", "latency", "lag", "memory", "cpu", "startup", "workers", "server")
ALL: tuple[Metric, ...] = tuple(
    metric for file in _FILES for metric in importlib.import_module(f"{__name__}.{file}").METRICS
)
"""In the order of tables."""

_BY_NAME = {metric.name: metric for metric in ALL}


def named(name: str) -> Metric:
    """The metric of that name."""
    return _BY_NAME[name]


def of_case(measured: Sequence[TrialResult]) -> dict[str, Estimate]:
    """Every metric that the measured trials of a case give, by name."""
    if not measured:
        return {}
    return {metric.name: value for metric in ALL if (value := metric.over_blocks(measured)) is not None}
