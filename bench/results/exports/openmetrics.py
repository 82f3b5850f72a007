"""For Prometheus and what reads its text: every metric of every case as a gauge, and the ends of its interval."""

from __future__ import annotations

from bench.judge import metrics
from bench.model import CaseSummary, StoredRun, Summary

PREFIX = "deadheat_"


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`."""
    lines = []
    cases = [case for case in summary.cases if case.copy == 1 and case.metrics]
    for metric in metrics.ALL:
        told = [line for case in cases for line in _samples_of(case, metric.name)]
        if told:
            lines += [f"# HELP {PREFIX}{metric.name} {_escaped(metric.title)}, {metric.unit}"]
            lines += [f"# TYPE {PREFIX}{metric.name} gauge", *told]
    return "\n".join([*lines, "# EOF", ""])


def _samples_of(case: CaseSummary, name: str) -> list[str]:
    estimate = case[name]
    if estimate is None:
        return []
    labels = {"workload": case.workload, "runner": case.runner, "concurrency": str(case.concurrency)}
    bounds = {"": estimate.value, "low": estimate.low, "high": estimate.high}
    return [
        f"{PREFIX}{name}{{{_labels({**labels, **({'bound': bound} if bound else {})})}}} {value!r}"
        for bound, value in bounds.items()
        if value is not None
    ]


def _labels(labels: dict[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
