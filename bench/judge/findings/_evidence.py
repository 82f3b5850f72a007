"""What detectors look at, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bench.model import CaseSummary, Comparison, StoredRun, TrialResult

Key = tuple[str, int, str]
"""(workload label, concurrency, runner)."""


@dataclass(frozen=True)
class Evidence:
    """A run with everything that was worked out from it."""

    run: StoredRun
    all_cases: Sequence[CaseSummary]
    comparisons: Sequence[Comparison]

    @cached_property
    def cases(self) -> list[CaseSummary]:
        """The headline cases (no A/A twins) that were measured."""
        return [case for case in self.all_cases if case.copy == 1 and case.status == "measured"]

    @cached_property
    def _trials(self) -> dict[tuple[Key, int], list[TrialResult]]:
        grouped: dict[tuple[Key, int], list[TrialResult]] = {}
        for trial in self.run.trials:
            key = (trial.workload, trial.concurrency, trial.runner)
            grouped.setdefault((key, trial.copy), []).append(trial)
        return grouped

    def trials(self, case: CaseSummary) -> list[TrialResult]:
        """The measured trials of a case, in the order of blocks."""
        return [trial for trial in self._trials.get((case.key, case.copy), []) if trial.turns]

    def contests(self) -> Iterator[list[CaseSummary]]:
        """The measured cases of each contest."""
        for contest in self.run.plan.contests:
            key = (contest.workload, contest.concurrency)
            cases = [case for case in self.cases if (case.workload, case.concurrency) == key]
            if cases:
                yield cases

    def more_time(self) -> str:
        """A remedy for too little data that knows how much was given."""
        settings = self.run.plan.settings
        return (
            f"give it more time: --budget {max(2, round(settings.budget_s * 3 / 60))}m (now {settings.budget_s:.0f}s)"
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """One detector's word on some cells. ``weight`` ranks marks of one kind: the largest tells the story."""

    id: str
    severity: Literal["info", "warning", "invalid"]
    workload: str
    evidence: str
    remedy: str
    cases: tuple[Key, ...] = field(default=())
    weight: float = 0.0


def on(case: CaseSummary) -> str:
    """``http on uvloop, C = 64``."""
    return f"{case.workload} on {case.runner}, C = {case.concurrency}"
