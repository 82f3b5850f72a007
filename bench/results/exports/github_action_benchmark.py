"""For github-action-benchmark (`tool: customBiggerIsBetter`): throughput of every case, with its interval."""

from __future__ import annotations

import json

from bench.judge import sentences
from bench.model import CaseSummary, StoredRun, Summary
from bench.results.exports import _samples


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`. ``range`` is the half-width of the interval, as the action shows it."""
    entries = [_entry(case) for case in summary.cases if case.copy == 1 and case["throughput_per_s"] is not None]
    return json.dumps(entries, indent=1) + "\n"


def _entry(case: CaseSummary) -> dict[str, object]:
    rate = case["throughput_per_s"]
    assert rate is not None
    entry: dict[str, object] = {"name": _samples.name(case), "unit": "ops/s", "value": rate.value}
    if rate.low is not None and rate.high is not None:
        entry["range"] = f"± {sentences.number((rate.high - rate.low) / 2)}"
        entry["extra"] = f"95 % interval over {rate.blocks} blocks: {rate.low:.6g} to {rate.high:.6g}"
    return entry
