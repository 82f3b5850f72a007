"""For Bencher (`--adapter json`): throughput, latency and memory of every case, with our intervals as bounds."""

from __future__ import annotations

import json

from bench.model import Estimate, StoredRun, Summary
from bench.results.exports import _samples

MEASURES = {
    "throughput_per_s": ("throughput", 1.0),
    "latency_p50_ms": ("latency-p50", 1e6),
    "latency_p99_ms": ("latency-p99", 1e6),
    "memory_bytes": ("memory", 1.0),
}
"""Metric -> measure, and the factor to its unit: operations per second, nanoseconds, bytes."""


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`."""
    told = {}
    for case in summary.cases:
        if case.copy == 1 and case["throughput_per_s"] is not None:
            measures = {
                name: _bounded(estimate, factor)
                for metric, (name, factor) in MEASURES.items()
                if (estimate := case[metric]) is not None
            }
            told[_samples.name(case)] = measures
    return json.dumps(told, indent=1) + "\n"


def _bounded(estimate: Estimate, factor: float) -> dict[str, float]:
    scaled = estimate.scaled(factor)
    bounds = {"lower_value": scaled.low, "upper_value": scaled.high}
    return {"value": scaled.value, **{name: value for name, value in bounds.items() if value is not None}}
