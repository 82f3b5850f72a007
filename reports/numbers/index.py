"""A run with its cases, pairs and trials at hand by name. Everything the report says is read from here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bench.api import Run
from bench.judge import stats
from bench.model import CaseSummary, Comparison, Finding, StoredRun, Summary, TrialResult, WorkloadSpec
from reports.numbers import slots

Key = tuple[str, int, str]
"""(workload label, concurrency, runner)."""
Trials = dict[tuple[str, int, str, int], tuple[TrialResult, ...]]
"""By case and copy, in order of blocks."""


@dataclass(frozen=True)
class Index:
    """Look-ups over one run.

    cases, pairs: the contestants themselves. twins: the A/A copies.
    serial: runners that have one worker whatever the concurrency.
    """

    stored: StoredRun
    summary: Summary
    runners: tuple[str, ...]
    workloads: tuple[str, ...]
    slots: dict[str, int]
    cases: dict[Key, CaseSummary] = field(repr=False)
    twins: dict[Key, CaseSummary] = field(repr=False)
    pairs: dict[tuple[str, int, str, str], Comparison] = field(repr=False)
    twin_pairs: dict[Key, Comparison] = field(repr=False)
    trials: Trials = field(repr=False)
    serial: frozenset[str] = frozenset()

    @cached_property
    def confidence(self) -> str:
        """Of the ratios' intervals, ``95 %``; more in a run that was free to stop once they pleased it."""
        blocks = len({trial.block for trial in self.stored.trials})
        return f"{stats.stopped_confidence(self.stored.plan.settings.precision, blocks) * 100:.4g} %"

    @cached_property
    def grave(self) -> frozenset[str]:
        """Kinds of findings that are more than notes."""
        return frozenset(finding.id for finding in self.summary.findings if finding.severity != "info")

    @cached_property
    def _by_workload(self) -> tuple[dict[str, dict[Key, CaseSummary]], dict[str, list[Comparison]], dict[str, Trials]]:
        """Cases, pairs and trials of each workload, so that what one costs does not grow with the others."""
        cases: dict[str, dict[Key, CaseSummary]] = defaultdict(dict)
        pairs: dict[str, list[Comparison]] = defaultdict(list)
        trials: dict[str, Trials] = defaultdict(dict)
        for key, case in self.cases.items():
            cases[key[0]][key] = case
        for (workload, *_), pair in self.pairs.items():
            pairs[workload].append(pair)
        for key_and_copy, group in self.trials.items():
            trials[key_and_copy[0]][key_and_copy] = group
        return cases, pairs, trials

    def cases_of(self, workload: str) -> tuple[CaseSummary, ...]:
        """Every case of a workload."""
        return tuple(self._by_workload[0].get(workload, {}).values())

    def pairs_of(self, workload: str) -> Sequence[Comparison]:
        """Every ordered pair of a workload's contests."""
        return self._by_workload[1].get(workload, ())

    def trials_of(self, workload: str) -> Trials:
        """Every trial of a workload, A/A copies included."""
        return self._by_workload[2].get(workload, {})

    @cached_property
    def began_s(self) -> float:
        """When the first turn began, on the clock of the turns."""
        return min((turn.started_s for trial in self.stored.trials for turn in trial.turns), default=0.0)

    def spec(self, workload: str) -> WorkloadSpec:
        """A workload's parameters and words."""
        return self.stored.plan.workload(workload)

    def levels(self, workload: str) -> tuple[int, ...]:
        """Concurrencies of a workload's contests, ascending."""
        return tuple(sorted(contest.concurrency for contest in self.stored.plan.contests_of(workload)))

    def contest(self, workload: str, level: int) -> tuple[CaseSummary, ...]:
        """The cases of one contest in the order of the run's runners, absent ones included."""
        return tuple(
            self.cases[workload, level, runner] for runner in self.runners if (workload, level, runner) in self.cases
        )

    def measured(self, workload: str, level: int) -> tuple[CaseSummary, ...]:
        """The cases of one contest that have a throughput."""
        return tuple(case for case in self.contest(workload, level) if case["throughput_per_s"])

    def findings(self, workload: str, level: int, runner: str) -> tuple[Finding, ...]:
        """Findings that touch one case."""
        key = (workload, level, runner)
        return tuple(finding for finding in self.summary.findings if key in finding.cases)


def of(run: Run) -> Index:
    """Index a run."""
    stored, summary = run.stored, run.summary
    trials: dict[tuple[str, int, str, int], list[TrialResult]] = defaultdict(list)
    for trial in stored.trials:
        trials[trial.workload, trial.concurrency, trial.runner, trial.copy].append(trial)
    runners = stored.plan.settings.runners
    return Index(
        stored=stored,
        summary=summary,
        runners=runners,
        workloads=tuple(spec.label for spec in stored.plan.workloads),
        slots=slots.of(runners),
        cases={case.key: case for case in summary.cases if case.copy == 1},
        twins={case.key: case for case in summary.cases if case.copy != 1},
        pairs={
            (pair.workload, pair.concurrency, pair.runner, pair.baseline): pair
            for pair in summary.comparisons
            if pair.copy == 1
        },
        twin_pairs={
            (pair.workload, pair.concurrency, pair.runner): pair for pair in summary.comparisons if pair.copy != 1
        },
        trials={key: tuple(sorted(group, key=lambda trial: trial.block)) for key, group in trials.items()},
        serial=frozenset(trial.runner for trial in stored.trials if trial.workers == 1 < trial.concurrency),
    )
