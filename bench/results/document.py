"""The JSON document of a run (``bench show --json``); its schema is ``show.schema.json`` beside this file."""

from __future__ import annotations

from typing import Any

from bench.judge import metrics
from bench.model import CaseSummary, Estimate, Finding, StoredRun, Summary

SCHEMA_VERSION = 1


def of_run(run: StoredRun, summary: Summary) -> dict[str, Any]:
    """Everything `bench show` knows, in plain types. An estimate is value, low, high and blocks, or null."""
    specs = {spec.label: spec for spec in run.plan.workloads}
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run.run_id,
        "started": run.started,
        "stopped": run.stopped,
        "profile": run.plan.settings.profile,
        "seed": run.plan.settings.seed,
        "blocks": run.plan.settings.blocks,
        "environment": run.environment,
        "cases": [_case(case) for case in summary.cases if case.copy == 1],
        "comparisons": [
            {
                "workload": specs[pair.workload].name,
                "parameters": specs[pair.workload].parameters,
                "concurrency": pair.concurrency,
                "runner": pair.runner,
                "baseline": pair.baseline,
                "ratio": estimate(pair.ratio),
                "verdict": pair.verdict,
                "beside": {
                    name: {"ratio": estimate(told.ratio), "verdict": told.verdict} for name, told in pair.beside.items()
                },
            }
            for pair in summary.comparisons
            if pair.copy == 1
        ],
        "decisions": [
            {
                "workload": specs[decision.workload].name,
                "parameters": specs[decision.workload].parameters,
                "concurrency": decision.concurrency,
                "use": decision.use,
                "good": list(decision.good),
                "asked": list(decision.asked),
                "withheld": list(decision.withheld),
            }
            for decision in summary.decisions
        ],
        "noise_floor": [
            {
                "workload": specs[pair.workload].name,
                "parameters": specs[pair.workload].parameters,
                "concurrency": pair.concurrency,
                "runner": pair.runner,
                "ratio": estimate(pair.ratio),
            }
            for pair in summary.comparisons
            if pair.copy == 2
        ],
        "findings": [_finding(finding, run) for finding in summary.findings],
    }


def _case(case: CaseSummary) -> dict[str, Any]:
    return {
        "workload": case.name,
        "parameters": case.parameters,
        "runner": case.runner,
        "concurrency": case.concurrency,
        "workers": case.workers,
        "load": case.load,
        "status": case.status,
        "reason": case.reason,
        "ops": case.ops,
        "errors": case.errors,
        "turns": case.turns,
        **_metrics(case),
        "findings": list(case.findings),
    }


def _metrics(case: CaseSummary) -> dict[str, Any]:
    """Every metric: an estimate where it has an interval, else a number; those of a family together."""
    told: dict[str, Any] = {}
    for metric in metrics.ALL:
        value: Any = estimate(case[metric.name]) if metric.interval else case.value(metric.name)
        if metric.unit == "count" and value is not None:
            value = round(value)
        if metric.family:
            told.setdefault(metric.family, {})[metric.key] = value
        else:
            told[metric.name] = value
    return told


def _finding(finding: Finding, run: StoredRun) -> dict[str, Any]:
    specs = {spec.label: spec for spec in run.plan.workloads}
    return {
        "id": finding.id,
        "severity": finding.severity,
        "evidence": finding.evidence,
        "remedy": finding.remedy,
        "cases": [
            {
                "workload": specs[label].name,
                "parameters": specs[label].parameters,
                "concurrency": concurrency,
                "runner": runner,
            }
            for label, concurrency, runner in finding.cases
        ],
    }


def estimate(value: Estimate | None) -> dict[str, Any] | None:
    """An estimate in plain types."""
    if value is None:
        return None
    return {"value": value.value, "low": value.low, "high": value.high, "blocks": value.blocks}
