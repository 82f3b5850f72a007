"""A stored run -> what it says: every case over its blocks, every pair of a contest, the findings (pure).

This is the one place where the numbers of the console, the JSON document and the report come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.judge import beside, cases, decision, findings, pairs
from bench.model import CaseSummary, Comparison, Decision, Finding, StoredRun, Summary


def summarise(run: StoredRun) -> Summary:
    """Work out everything a reader is told about a run."""
    settings = run.plan.settings
    grouped = cases.by_contest(run)
    cells: list[CaseSummary] = []
    unjudged: list[Comparison] = []
    for contest in run.plan.contests:
        cells += cases.of_contest(run, contest, grouped[contest.key])
    for spec in run.plan.workloads:
        unjudged += pairs.of_workload(run.plan.contests_of(spec.label), grouped, settings)
    comparisons = pairs.judged(unjudged, run.plan)
    found = findings.find(run, cells, comparisons)
    comparisons = [_withheld(comparison, found) for comparison in comparisons]
    timed_s = sum(turn.window_s for trial in run.trials for turn in trial.turns)
    side_s = sum(trial.side_window_s for trial in run.trials)
    return Summary(
        cases=tuple(replace(case, findings=_ids_of(case, found)) for case in cells),
        comparisons=tuple(comparisons),
        findings=tuple(found),
        timed_share=_share(run, timed_s),
        window_share=_share(run, timed_s + side_s),
        decisions=tuple(_decisions(run, cells, comparisons)),
    )


def _decisions(run: StoredRun, cells: Sequence[CaseSummary], found: Sequence[Comparison]) -> Iterator[Decision]:
    """Of each contest in which two runners or more have figures; nobody has to choose who does nothing fastest."""
    runners, own = defaultdict(list), defaultdict(list)
    for cell in cells:
        if cell.copy == 1 and cell["throughput_per_s"] is not None:
            runners[cell.workload, cell.concurrency].append(cell.runner)
    for pair in found:
        own[pair.workload, pair.concurrency].append(pair)
    for contest in run.plan.contests:
        if len(runners[contest.key]) > 1 and not run.plan.workload(contest.workload).is_floor:
            yield decision.decided(*contest.key, runners[contest.key], own[contest.key], run.plan.settings.margin)


def _share(run: StoredRun, seconds: float) -> float | None:
    return seconds / run.elapsed_s if run.elapsed_s > 0 else None


def _ids_of(case: CaseSummary, found: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.id for finding in found if case.key in finding.cases))


def _withheld(comparison: Comparison, found: Sequence[Finding]) -> Comparison:
    """No verdict where a finding says that one of the two numbers, or just their ratio, is invalid."""
    invalid = any(
        finding.severity == "invalid"
        and (comparison.key in finding.pairs if finding.pairs else comparison.key & set(finding.cases))
        for finding in found
    )
    if not invalid:
        return comparison
    return replace(comparison, verdict=None, beside=beside.withheld(comparison.beside))
