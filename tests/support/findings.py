"""Which findings a run has, and runs of which one contestant has a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.judge import analysis, cases
from bench.judge.findings._evidence import Evidence
from bench.model import Finding, StoredRun, Summary, TrialResult, TurnResult, Verdict
from tests.support.synthetic import trial, turn

Make = Callable[[str, int], TrialResult]


def summary(stored: StoredRun) -> Summary:
    return analysis.summarise(stored)


def evidence(stored: StoredRun) -> Evidence:
    """What one finding looks at, without the others: for simulations that need hundreds of runs."""
    grouped = cases.by_contest(stored)
    cells = [
        cell
        for contest in stored.plan.contests
        for cell in cases.of_contest(stored, contest, grouped[contest.workload, contest.concurrency])
    ]
    return Evidence(stored, cells, [])


def ids(stored: StoredRun) -> dict[str, str]:
    """Finding id -> severity."""
    return {finding.id: finding.severity for finding in summary(stored).findings}


def only(runner: str, faulty: Make) -> Make:
    """Trials of which one runner's are faulty."""
    return lambda name, block: faulty(name, block) if name == runner else trial(name, block)


def turns(count: int = 8, **changes: Any) -> list[TurnResult]:
    return [turn(n, **changes) for n in range(count)]


def the(stored: StoredRun, name: str) -> Finding:
    """The only finding of that id."""
    [found] = [finding for finding in summary(stored).findings if finding.id == name]
    return found


def blamed(stored: StoredRun, name: str) -> set[str]:
    """The runners that findings of that id touch."""
    return {key[2] for finding in summary(stored).findings if finding.id == name for key in finding.cases}


def verdicts(stored: StoredRun) -> dict[tuple[str, str], Verdict | None]:
    """(runner, baseline) -> verdict."""
    return {(pair.runner, pair.baseline): pair.verdict for pair in summary(stored).comparisons if pair.copy == 1}
