"""Carry out a plan: block by block, workload by workload, and store what is measured as soon as it is.

One workload in one block is a *bout*: a fixture, a fresh process per contestant, and its contests in ascending
concurrency. A bout is written when it ends, so a run is valid after every one of them, and an interrupt loses at most
the bout it falls into.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from bench.errors import CodeChanged, FixtureFailed, TrialFailed
from bench.machine.placement import Places
from bench.measure import fixture, pace
from bench.measure.budget import Budget
from bench.measure.contest import ContestBlock, Tuning
from bench.measure.contestant import LiveTrial
from bench.measure.zygote import Nursery
from bench.model import Contest, Contestant, Plan, TrialResult, WorkloadSpec
from bench.plan import code, matrix
from bench.process.reaper import Reaper
from bench.trial.runners import RunnerInfo

_MOST_PADDING = 4096

STRIKES = 2
"""Lost processes after which a contestant is not launched again; one that hung is not asked twice."""


class Observer(Protocol):
    """Told what happens, only between turns."""

    def bout(self, block: int, workload: str, left_s: float) -> None:
        """A workload begins in a block."""

    def contest(self, contest: Contest) -> None:
        """A contest begins."""

    def lost(self, workload: str, runner: str, reason: str) -> None:
        """A contestant is out, or (runner "") a whole workload is."""

    def bout_done(self) -> None:
        """The bout is stored."""


def carry_out(
    plan: Plan,
    runners: dict[str, RunnerInfo],
    done: set[tuple[int, str]],
    scratch: Path,
    keep: Callable[[list[TrialResult]], None],
    observer: Observer,
    enough: Callable[[int], bool] = lambda blocks: False,
) -> None:
    """Run every bout that is not done yet, block by block, until all are or ``enough`` says stop.

    Args:
        done: (block, workload label) of the bouts that are stored already.
        scratch: directory for the fixtures' files.
        keep: stores the trials of one bout.
        enough: told the number of finished blocks after each; true ends the run.
    """
    bouts = [
        (block, spec)
        for block in range(plan.settings.blocks)
        for spec in matrix.workload_order(plan, block)
        if (block, spec.label) not in done
    ]
    contests = sum(len(plan.contests_of(spec.label)) for _, spec in bouts)
    share = len(bouts) / max(plan.settings.blocks * len(plan.workloads), 1)
    budget = Budget(plan.settings.budget_s * share, contests, len(bouts), time.perf_counter)
    with Reaper() as reaper:
        session = Session(plan, runners, scratch, reaper, budget, observer)
        for block, spec in bouts:
            observer.bout(block, spec.label, budget.left_s())
            keep(session.bout(block, spec))
            observer.bout_done()
            if spec is matrix.workload_order(plan, block)[-1] and enough(block + 1):
                return


class Session:
    """What lasts from bout to bout: the tuning found in pilots, and who was lost how often."""

    def __init__(
        self,
        plan: Plan,
        runners: dict[str, RunnerInfo],
        scratch: Path,
        reaper: Reaper,
        budget: Budget,
        observer: Observer,
    ) -> None:
        self._plan = plan
        self._runners = runners
        self._scratch = scratch
        self._reaper = reaper
        self._budget = budget
        self._observer = observer
        self._nursery = Nursery(reaper)
        self._places = Places(plan.settings.placement)
        self._tuning: dict[tuple[str, int], Tuning] = {}
        self._code = {spec.label: code.planned(spec) for spec in plan.workloads}
        self._strikes: dict[tuple[str, Contestant], tuple[int, str]] = {}

    def bout(self, block: int, spec: WorkloadSpec) -> list[TrialResult]:
        """Measure one workload once: one result per case, failed ones included."""
        results: list[TrialResult] = []
        try:
            with ExitStack() as scope:
                self._measure(block, spec, scope, results)
        except (FixtureFailed, CodeChanged) as failure:
            self._observer.lost(spec.label, "", str(failure))
            seen = {result.concurrency for result in results}
            for contest in self._plan.contests_of(spec.label):
                if contest.concurrency not in seen:
                    self._budget.reweigh(-self._weight(contest))
            if isinstance(failure, CodeChanged):
                results, seen = [], set()
            results += [
                failed(block, contest, contestant, self._workers(contest, contestant), str(failure))
                for contest in self._plan.contests_of(spec.label)
                for contestant in contest.contestants
                if contest.concurrency not in seen
            ]
        return results

    def _measure(self, block: int, spec: WorkloadSpec, scope: ExitStack, results: list[TrialResult]) -> None:
        """Start everyone, hold the contests in ascending concurrency, and append their results."""
        contests = self._plan.contests_of(spec.label)
        began_s = time.perf_counter()
        trials = self._launch(block, spec, contests, scope)
        self._for_all(spec, trials, LiveTrial.load)  # they boot and import while the fixture does
        server = scope.enter_context(fixture.running(spec, self._scratch, self._reaper, self._plan.settings.timeout_s))
        self._for_all(spec, trials, lambda trial: trial.loaded(server))
        self._same_code(spec, server, trials)
        self._budget.launched(time.perf_counter() - began_s)
        for contest in contests:
            self._observer.contest(contest)
            measured = ContestBlock(
                self._plan, contest, spec, block, trials, self._runners, server, self._places, self._lost
            )
            known = self._tuning.get((spec.label, contest.concurrency))
            tuning = measured.run(known, self._budget.contest_ends_s(self._weight(contest)))
            if tuning is not None and known is None:
                self._tuned(contest, tuning, blocks_ahead=self._plan.settings.blocks - block - 1)
            results += measured.results()
        self._same_code(spec, server, trials)  # again, for what is imported when workers open

    def _same_code(
        self, spec: WorkloadSpec, server: fixture.FixtureProcess, trials: dict[Contestant, LiveTrial | str]
    ) -> None:
        """Raise `CodeChanged` when a process of this bout has imported other code than one before it."""
        known = self._code[spec.label]
        told = [trial.facts.get("code", {}) for trial in trials.values() if isinstance(trial, LiveTrial)]
        for now in (server.code, *told):
            if files := code.changed(known, now):
                raise CodeChanged(f"{', '.join(files)} changed while the run was measuring it; start a new run")
            known |= now

    def _weight(self, contest: Contest) -> float:
        """Weight of a contest in the budget; 1 until its pilot has been flown."""
        tuning = self._tuning.get((contest.workload, contest.concurrency))
        return 1.0 if tuning is None else pace.weight(tuning.window_ns)

    def _tuned(self, contest: Contest, tuning: Tuning, blocks_ahead: int) -> None:
        """Keep what a pilot found; its weight counts from the next block on."""
        before = self._weight(contest)
        self._tuning[contest.workload, contest.concurrency] = tuning
        self._budget.reweigh((self._weight(contest) - before) * blocks_ahead)

    def _launch(
        self,
        block: int,
        spec: WorkloadSpec,
        contests: tuple[Contest, ...],
        scope: ExitStack,
    ) -> dict[Contestant, LiveTrial | str]:
        """Start one process per contestant, all at once; a contestant that cannot start is its reason instead."""
        trials: dict[Contestant, LiveTrial | str] = {}
        launch = scope.enter_context(self._nursery.bout(_padding(f"{self._plan.settings.seed}/{block}/{spec.label}")))
        contestants = dict.fromkeys(contestant for contest in contests for contestant in contest.contestants)
        for contestant in contestants:
            strikes, reason = self._strikes.get((spec.label, contestant), (0, ""))
            if strikes >= STRIKES:
                trials[contestant] = reason
                continue
            trial = LiveTrial(contestant, spec, launch, self._reaper, self._plan.settings.timeout_s)
            scope.callback(trial.stop)
            trials[contestant] = trial
        return trials

    def _for_all(
        self, spec: WorkloadSpec, trials: dict[Contestant, LiveTrial | str], step: Callable[[LiveTrial], None]
    ) -> None:
        """Take a step with every contestant that is still in."""
        for trial in trials.values():
            if isinstance(trial, LiveTrial) and trial.out is None:
                try:
                    step(trial)
                except TrialFailed:
                    self._lost(spec, trial)

    def _lost(self, spec: WorkloadSpec, trial: LiveTrial) -> None:
        """Count a strike against a contestant that is out."""
        assert trial.out is not None
        strikes, _ = self._strikes.get((spec.label, trial.contestant), (0, ""))
        self._strikes[spec.label, trial.contestant] = (strikes + (STRIKES if trial.hung else 1), trial.out)
        self._observer.lost(spec.label, trial.contestant.runner, trial.out)

    def _workers(self, contest: Contest, contestant: Contestant) -> int:
        return matrix.concurrency_of(contest, self._runners[contestant.runner])


def _padding(seed: str) -> dict[str, str]:
    """An environment of random size: it moves the stack and with it the speed (Mytkowicz et al., ASPLOS 2009)."""
    return {"DEADHEAT_PADDING": "x" * random.Random(seed).randrange(_MOST_PADDING)}


def failed(block: int, contest: Contest, contestant: Contestant, workers: int, reason: str) -> TrialResult:
    """The result of a case that could not be measured."""
    return TrialResult(
        block=block,
        workload=contest.workload,
        concurrency=contest.concurrency,
        runner=contestant.runner,
        copy=contestant.copy,
        workers=workers,
        status="failed",
        reason=reason,
    )
