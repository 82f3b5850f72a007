"""For what reads hyperfine's JSON, its plotting scripts among it: seconds per op of every turn."""

from __future__ import annotations

import json
import statistics

from bench.model import StoredRun, Summary
from bench.results.exports import _samples


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`. CPU seconds per op stand in ``user``; which part was the system's is not known."""
    results = []
    for case, blocks in _samples.of(run, summary):
        times = [value for block in blocks for value in block]
        results.append({
            "command": _samples.name(case),
            "mean": statistics.fmean(times),
            "stddev": statistics.stdev(times) if len(times) > 1 else None,
            "median": statistics.median(times),
            "user": case.value("cpu_s_per_op") or 0.0,
            "system": 0.0,
            "min": min(times),
            "max": max(times),
            "times": times,
            "exit_codes": [0] * len(times),
            "parameters": {"workload": case.workload, "runner": case.runner, "concurrency": str(case.concurrency)},
        })  # fmt: skip
    return json.dumps({"results": results}, indent=1) + "\n"
