"""One workload in one block: a fixture, a fresh process per contestant, and its contests in ascending concurrency."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from bench.errors import CodeChanged, FixtureFailed, TrialFailed
from bench.machine.placement import Places
from bench.measure import fixture
from bench.measure.budget import Budget
from bench.measure.contest import ContestBlock, Tuning
from bench.measure.contestant import LiveTrial
from bench.measure.entrant import Entrant
from bench.measure.fixture import FixtureProcess
from bench.measure.measurable import Measurable
from bench.measure.zygote import Nursery
from bench.model import Contest, Contestant, Plan, Stage, TrialResult, WorkloadSpec
from bench.plan import code, matrix
from bench.process.child import ChildLost
from bench.process.launch import Launch
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

    def alive(self) -> None:
        """A contestant was opened, or a round is over."""

    def expected(self, expected_s: float, budget_s: float) -> None:
        """How long the run will take, as far as the first block tells, after each of its contests."""

    def lost(self, workload: str, runner: str, reason: str) -> None:
        """A contestant is out, or (runner "") a whole workload is."""

    def bout_done(self) -> None:
        """The bout is stored."""

    def stage(self, stage: Stage, bouts: int) -> None:
        """Contests that are not settled go on, in so many bouts."""


@dataclass
class Session:
    """What lasts from bout to bout.

    tuning: found in pilots, by contest. strikes: how often a contestant was lost, and why the last time.
    ended: workload label -> why it takes no further part. imported: workload label -> its code so far.
    """

    plan: Plan
    runners: dict[str, RunnerInfo]
    scratch: Path
    reaper: Reaper
    budget: Budget
    observer: Observer
    nursery: Nursery
    places: Places
    tuning: dict[tuple[str, int], Tuning] = field(default_factory=dict)
    strikes: dict[tuple[str, Contestant], tuple[int, str]] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    imported: dict[str, code.Code] = field(default_factory=dict)

    def lost(self, label: str, trial: Measurable) -> None:
        """Count a strike against a contestant that is out."""
        assert trial.out is not None
        strikes, _ = self.strikes.get((label, trial.contestant), (0, ""))
        self.strikes[label, trial.contestant] = (strikes + (STRIKES if trial.hung else 1), trial.out)
        self.observer.lost(label, trial.contestant.runner, trial.out)


class Bout:
    """The measuring of one workload in one block."""

    def __init__(self, session: Session, block: int, spec: WorkloadSpec, contests: Sequence[Contest]) -> None:
        """Args: contests: those of this workload that are held in this block."""
        self._session = session
        self._block = block
        self._spec = spec
        self._contests = contests
        self._trials: dict[Contestant, LiveTrial | str] = {}
        self._results: list[TrialResult] = []

    def run(self) -> list[TrialResult]:
        """Measure; one result per case, failed ones included."""
        reason = self._session.ended.get(self._spec.label, "")
        if not reason:
            try:
                with ExitStack() as scope:
                    self._measure(scope)
            except CodeChanged as change:
                reason = self._session.ended[self._spec.label] = str(change)
                self._results.clear()
                self._session.observer.lost(self._spec.label, "", reason)
            except FixtureFailed as failure:
                reason = str(failure)
                self._session.observer.lost(self._spec.label, "", reason)
        if reason:
            self._fill(reason)
        return self._results

    def _measure(self, scope: ExitStack) -> None:
        """Start everyone, and hold the contests."""
        session = self._session
        began_s = time.perf_counter()
        server = self._launch(scope)()
        for trial in self._trials.values():
            self._step(trial, lambda trial: trial.loaded(server))
        self._same_code(server)
        session.budget.launched(time.perf_counter() - began_s)
        for contest in self._contests:
            session.observer.contest(contest)
            self._hold(contest, server)
        self._same_code(server)  # again, for what is imported when workers open

    def _same_code(self, server: FixtureProcess) -> None:
        """Raise `CodeChanged` when a process of this bout has imported other code than one before it."""
        known = self._session.imported.setdefault(self._spec.label, code.planned(self._spec))
        trials = [trial for trial in self._trials.values() if isinstance(trial, LiveTrial)]
        for now in (server.code, *(trial.facts.get("code", {}) for trial in trials)):
            if files := code.changed(known, now):
                raise CodeChanged(f"{', '.join(files)} changed while the run was measuring it; start a new run")
            known |= now

    def _hold(self, contest: Contest, server: FixtureProcess) -> None:
        """One contest, from its pilot to its results."""
        session = self._session
        measured = ContestBlock(
            session.plan, contest, self._block, self._entrants(contest, server), server, session.places,
            session.observer.alive,
        )  # fmt: skip
        began_s = time.perf_counter()
        tuning = measured.run(session.tuning.get(contest.key), partial(session.budget.rounds_s, contest.key))
        if tuning is not None:
            session.tuning[contest.key] = tuning
        fixed_s = time.perf_counter() - began_s - measured.rounds_s - measured.pilots_s
        session.budget.held(contest.key, fixed_s, tuning.need if tuning else None, measured.rounds_s)
        if self._block == 0:
            session.observer.expected(session.budget.expected_s(), session.budget.total_s)
        self._results += measured.results()

    def _entrants(self, contest: Contest, server: FixtureProcess) -> list[Entrant]:
        return [
            Entrant(
                contestant, self._workers(contest, contestant), self._trials[contestant], self._spec, server,
                lambda trial: self._session.lost(self._spec.label, trial),
            )
            for contestant in contest.contestants
        ]  # fmt: skip

    def _launch(self, scope: ExitStack) -> Callable[[], FixtureProcess]:
        """Start one process per contestant, and the fixture; what is returned waits until that is ready.

        Those that leave the op to other processes come first, before anything is imported that they do not need. The
        fixture comes next: it imports what it needs while the others are forked.
        """
        session = self._session
        cradle = scope.enter_context(
            session.nursery.bout(_padding(f"{session.plan.settings.seed}/{self._block}/{self._spec.label}"))
        )
        contestants = dict.fromkeys(contestant for contest in self._contests for contestant in contest.contestants)
        delegating = [who for who in contestants if session.runners[who.runner].delegates]
        for contestant in delegating:
            self._trials[contestant] = self._born(contestant, cradle.launch, scope)
        others = [who for who in contestants if who not in delegating and not self._is_out(who)]
        if others:
            cradle.prepare(fixture.specification(self._spec), self._forms(contestants))
        served = scope.enter_context(
            fixture.begun(
                self._spec, session.scratch, session.reaper, session.plan.settings.timeout_s,
                cradle.of("coroutine", own=False),
            )
        )  # fmt: skip
        for contestant in contestants:
            if contestant not in delegating:
                launch = cradle.of(session.runners[contestant.runner].form)
                self._trials[contestant] = self._born(contestant, launch, scope)
        return served

    def _is_out(self, contestant: Contestant) -> bool:
        return self._session.strikes.get((self._spec.label, contestant), (0, ""))[0] >= STRIKES

    def _born(self, contestant: Contestant, launch: Launch, scope: ExitStack) -> LiveTrial | str:
        """Its process, which loads what it needs meanwhile; or why it has none."""
        session = self._session
        if self._is_out(contestant):
            return session.strikes[self._spec.label, contestant][1]
        try:
            trial = LiveTrial(contestant, self._spec, launch, session.reaper, session.plan.settings.timeout_s)
        except ChildLost as lost:
            session.observer.lost(self._spec.label, contestant.runner, str(lost))
            return str(lost)
        scope.callback(trial.stop)
        self._step(trial, LiveTrial.load)
        return trial

    def _forms(self, contestants: Iterable[Contestant]) -> list[str]:
        """The forms whose library and module contestants import in their own process."""
        infos = [self._session.runners[contestant.runner] for contestant in contestants]
        return list(dict.fromkeys(info.form for info in infos if not info.delegates))

    def _step(self, trial: LiveTrial | str, step: Callable[[LiveTrial], None]) -> None:
        """Take a step with a contestant that is still in."""
        if isinstance(trial, LiveTrial) and trial.out is None:
            try:
                step(trial)
            except TrialFailed:
                self._session.lost(self._spec.label, trial)

    def _fill(self, reason: str) -> None:
        """The cases that were not measured, because their workload could not be."""
        seen = {result.concurrency for result in self._results}
        for contest in self._contests:
            if contest.concurrency in seen:
                continue
            self._session.budget.skipped(contest.key)
            self._results += [
                TrialResult(
                    block=self._block, workload=contest.workload, concurrency=contest.concurrency,
                    runner=contestant.runner, copy=contestant.copy, workers=self._workers(contest, contestant),
                    status="failed", reason=reason,
                )
                for contestant in contest.contestants
            ]  # fmt: skip

    def _workers(self, contest: Contest, contestant: Contestant) -> int:
        return matrix.concurrency_of(contest, self._session.runners[contestant.runner])


def _padding(seed: str) -> dict[str, str]:
    """An environment of random size: it moves the stack and with it the speed (Mytkowicz et al., ASPLOS 2009)."""
    return {"DEADHEAT_PADDING": "x" * random.Random(seed).randrange(_MOST_PADDING)}
