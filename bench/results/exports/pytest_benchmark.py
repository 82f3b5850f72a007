"""For `pytest-benchmark compare` and what reads its JSON: seconds per op of every turn; the rest is extra_info."""

from __future__ import annotations

import json
import statistics
from typing import Any

from bench.model import CaseSummary, StoredRun, Summary
from bench.results.exports import _samples

VERSION = "5.0.0"
"""Of the format; it has not changed since."""


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`."""
    told = run.environment
    document = {
        "machine_info": {
            "node": "", "processor": str(told.get("cpu_model", "")), "machine": str(told.get("machine", "")),
            "python_compiler": "", "python_implementation": str(told.get("implementation", "")),
            "python_implementation_version": str(told.get("python", "")), "python_version": str(told.get("python", "")),
            "python_build": ["", ""], "release": str(told.get("kernel", "")), "system": str(told.get("system", "")),
            "cpu": {"brand_raw": str(told.get("cpu_model", "")), "count": told.get("cpus")},
        },
        "commit_info": {"id": "unversioned", "time": None, "author_time": None, "dirty": False, "project": "deadheat",
                        "branch": "(unknown)"},
        "benchmarks": [_benchmark(case, blocks) for case, blocks in _samples.of(run, summary)],
        "datetime": run.started,
        "version": VERSION,
    }  # fmt: skip
    return json.dumps(document, indent=1) + "\n"


def _benchmark(case: CaseSummary, blocks: list[list[float]]) -> dict[str, Any]:
    name, data = _samples.name(case), [value for block in blocks for value in block]
    return {
        "group": f"{case.workload} C={case.concurrency}",
        "name": name,
        "fullname": name,
        "params": {"runner": case.runner, "concurrency": case.concurrency},
        "param": f"{case.runner}-{case.concurrency}",
        "extra_info": {
            key: {"value": told.value, "low": told.low, "high": told.high} for key, told in case.metrics.items()
        },
        "options": {"disable_gc": False, "timer": "perf_counter_ns", "min_rounds": 1, "max_time": 0.0, "min_time": 0.0,
                    "warmup": True},
        "stats": {**_stats(data), "data": data, "iterations": 1},
    }  # fmt: skip


def _stats(data: list[float]) -> dict[str, Any]:
    ordered = sorted(data)
    q1, median, q3 = statistics.quantiles(ordered, n=4) if len(ordered) > 1 else ordered * 3
    mean, iqr = statistics.fmean(ordered), q3 - q1
    stddev = statistics.stdev(ordered) if len(ordered) > 1 else 0.0
    apart = sum(abs(value - mean) > stddev for value in ordered)
    fence = [value for value in ordered if q1 - 1.5 * iqr <= value <= q3 + 1.5 * iqr] or ordered
    beyond = len(ordered) - len(fence)
    return {
        "min": ordered[0], "max": ordered[-1], "mean": mean, "stddev": stddev, "rounds": len(ordered),
        "median": median, "iqr": iqr, "q1": q1, "q3": q3, "iqr_outliers": beyond, "stddev_outliers": apart,
        "outliers": f"{apart};{beyond}", "ld15iqr": fence[0], "hd15iqr": fence[-1], "ops": 1 / mean,
        "total": sum(ordered),
    }  # fmt: skip
