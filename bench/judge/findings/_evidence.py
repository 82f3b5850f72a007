"""What findings look at, and what they say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from bench.judge import stats
from bench.model import CaseKey, CaseSummary, Comparison, PairKey, StoredRun, TrialResult, TurnResult

NO_CPU_IDLE = 0.9
LEAST_DISTURBED = 0.95
"""Quantile of the turns in which a contestant is seen as it is by itself, though most may have been disturbed."""
COMPUTES = 0.85
"""Of its CPU in such a turn, one who only computes: handing over takes up to a tenth where the session has to wait."""
TO_ITSELF = 0.97
"""Of that, in a typical turn, one whom nobody disturbs."""


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
    def _trials(self) -> dict[tuple[CaseKey, int], list[TrialResult]]:
        grouped: dict[tuple[CaseKey, int], list[TrialResult]] = {}
        for trial in self.run.trials:
            key = (trial.workload, trial.concurrency, trial.runner)
            grouped.setdefault((key, trial.copy), []).append(trial)
        return grouped

    def all_trials(self, case: CaseSummary) -> list[TrialResult]:
        """The trials of a case in the order of blocks, also those that were lost before their first turn."""
        return self._trials.get((case.key, case.copy), [])

    def trials(self, case: CaseSummary) -> list[TrialResult]:
        """The measured trials of a case, in the order of blocks."""
        return [trial for trial in self.all_trials(case) if trial.turns]

    def contests(self) -> Iterator[list[CaseSummary]]:
        """The measured cases of each contest."""
        for contest in self.run.plan.contests:
            key = (contest.workload, contest.concurrency)
            cases = [case for case in self.cases if (case.workload, case.concurrency) == key]
            if cases:
                yield cases

    @cached_property
    def _pairs(self) -> dict[PairKey, Comparison]:
        return {pair.key: pair for pair in self.comparisons if pair.copy == 1}

    def effect(self, pair: PairKey) -> float:
        """How far a ratio is surely from 1, as a natural log: the end of its interval that is nearer, 0 if 1 is in it.

        Below 6 blocks there is no interval; then it is the ratio itself.
        """
        found = self._pairs.get(pair)
        if found is None or found.ratio.low is None or found.ratio.high is None:
            return abs(math.log(found.ratio.value)) if found else 0.0
        return max(math.log(found.ratio.low), -math.log(found.ratio.high), 0.0)

    def pairs_within(self, cases: Sequence[CaseSummary], share: float) -> tuple[PairKey, ...]:
        """The comparisons among these cases whose ratio a loss of that share of CPU time could have made.

        Whoever computes all the time loses at most that share of its speed, since turns are dealt out at random and
        places in turn, so that all meet the same disturbance; whoever waits loses nothing. So a ratio can be wrong by
        the factor 1 / (1 - share), and one that is farther from 1 has its direction from the runners.
        """
        keys = {case.key for case in cases}
        reach = -math.log1p(-share) if share < 1 else math.inf
        return tuple(pair for pair in self._pairs if pair <= keys and self.effect(pair) <= reach)

    def went_short(self, case: CaseSummary, taken: float) -> bool:
        """Whether a case could have used some of that share of all CPUs which others took.

        Not where a typical turn left CPU idle beside it, its server and the others; nor where it computes in one place
        and typically had as much of its CPU as in its least disturbed turns.
        """
        turns = [turn for trial in self.trials(case) for turn in trial.turns if turn.wall_s > 0]
        if not turns:
            return True
        used = stats.trimmed_mean([(turn.cpu_s + (turn.server_cpu_s or 0.0)) / turn.wall_s for turn in turns])
        if used + taken * self.cpus() < NO_CPU_IDLE * self.cpus():
            return False
        typical = stats.trimmed_mean([turn.cpu_s / turn.wall_s for turn in turns])
        return not self.computes_in_one_place(case) or typical < TO_ITSELF * _least_disturbed(turns)

    def computes_in_one_place(self, case: CaseSummary) -> bool:
        """Whether a case does little but compute on one CPU, as its least disturbed turns show.

        All that do so are alike to a fair scheduler: beside other programs they lose the same share of their speed, so
        that it leaves their ratios.
        """
        turns = [turn for trial in self.trials(case) for turn in trial.turns if turn.wall_s > 0]
        return all(turn.cpu is not None for turn in turns) and _least_disturbed(turns) >= COMPUTES

    def per_wall_s(self, cases: Sequence[CaseSummary], name: str) -> float | None:
        """A reading of a contest's ``noise`` per second of its wall time; None where it was not read."""
        blocks = {trial.block: trial.noise for case in cases for trial in self.trials(case) if name in trial.noise}
        wall_s = sum(noise.get("wall_s", 0.0) for noise in blocks.values())
        return sum(noise[name] for noise in blocks.values()) / wall_s if wall_s else None

    def taken(self, cases: Sequence[CaseSummary]) -> tuple[float, float]:
        """Shares of the CPUs that other programs and the hypervisor took while a contest was measured."""
        busy, ours, steal = (self.per_wall_s(cases, name) or 0.0 for name in ("busy_s", "ours_s", "steal_s"))
        return max(0.0, busy - ours - steal) / self.cpus(), steal / self.cpus()

    def cores_wanted(self, case: CaseSummary) -> float:
        """Cores that a case might have used if nobody else had taken any; a fair scheduler gives it half of a CPU or
        more beside another program, a hypervisor need not."""
        others, steal = self.taken([case])
        return (case.value("cores_used") or 0.0) * (1 + others) / max(0.1, 1 - steal)

    def cpus(self) -> int:
        """CPUs that the run could use."""
        return int(self.run.environment.get("cpus") or 1)

    def on_loop(self, case: CaseSummary) -> bool:
        """Whether the workers of a case are tasks of an event loop."""
        return any(trial.facts.get("loop") for trial in self.trials(case))

    def in_processes(self, case: CaseSummary) -> bool:
        """Whether each worker of a case is a process."""
        return any(trial.facts.get("start_method") for trial in self.trials(case))

    def shares_gil(self, case: CaseSummary) -> bool:
        """Whether the workers of a case are threads or tasks of which one at a time runs Python code."""
        return not self.in_processes(case) and any(trial.facts.get("gil", True) for trial in self.trials(case))

    def more_time(self) -> str:
        """A remedy for too little data that knows how much was given."""
        settings = self.run.plan.settings
        return (
            f"give it more time: --budget {max(2, round(settings.budget_s * 3 / 60))}m (now {settings.budget_s:.0f}s)"
        )


def _least_disturbed(turns: Sequence[TurnResult]) -> float:
    """CPUs used in a turn that is better than most; 0 without turns."""
    shares = [turn.cpu_s / turn.wall_s for turn in turns]
    return float(np.quantile(shares, LEAST_DISTURBED)) if shares else 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One finding's word on some cells. ``weight`` ranks marks of one kind: the largest tells the story.

    pairs: the only comparisons that ``invalid`` withholds; empty for all those of the cases.
    """

    id: str
    severity: Literal["info", "warning", "invalid"]
    workload: str
    evidence: str
    remedy: str
    cases: tuple[CaseKey, ...] = ()
    weight: float = 0.0
    pairs: tuple[PairKey, ...] = ()


def on(case: CaseSummary) -> str:
    """``http on uvloop, C = 64``."""
    return f"{case.workload} on {case.runner}, C = {case.concurrency}"


def contest_of(cases: Sequence[CaseSummary]) -> str:
    """``http, C = 64``."""
    return f"{cases[0].workload}, C = {cases[0].concurrency}"
