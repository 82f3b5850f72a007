"""One row per case with every metric, for a spreadsheet; an estimate is three columns."""

from __future__ import annotations

import csv
import io
import json

from bench.judge import metrics
from bench.model import CaseSummary, StoredRun, Summary

_IDENTITY = ("workload", "parameters", "concurrency", "runner", "workers", "load", "status", "reason", "ops", "errors")


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`. Units are in the columns' names; an empty field is a metric that was not read."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([*_IDENTITY, *(name for metric in metrics.ALL for name in _columns(metric))])
    for case in summary.cases:
        if case.copy == 1:
            rows.writerow([*_identity(case), *(field for metric in metrics.ALL for field in _fields(metric, case))])
    return out.getvalue()


def _identity(case: CaseSummary) -> list[object]:
    told = {name: getattr(case, name) for name in _IDENTITY}
    return list((told | {"workload": case.name, "parameters": json.dumps(case.parameters)}).values())


def _columns(metric: metrics.Metric) -> list[str]:
    return [metric.name, f"{metric.name}_low", f"{metric.name}_high"] if metric.interval else [metric.name]


def _fields(metric: metrics.Metric, case: CaseSummary) -> list[str]:
    found = case[metric.name]
    values = (found.value, found.low, found.high) if found else (None, None, None)
    return ["" if value is None else f"{value:.9g}" for value in values[: 3 if metric.interval else 1]]
