"""The words of a certificate, and the engine as an experimenter uses it."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from bench.judge import analysis
from bench.machine.placement import usable_cpus
from bench.measure import fixture, session
from bench.measure.contestant import LiveTrial
from bench.measure.zygote import Nursery
from bench.model import (
    CaseSummary,
    Comparison,
    Contest,
    Contestant,
    Estimate,
    Plan,
    Settings,
    Stage,
    StoredRun,
    Summary,
    TrialResult,
    WorkloadSpec,
)
from bench.plan import discovery
from bench.process.reaper import Reaper
from bench.trial import runners

TRUTHS = Path(__file__).parent.parent / "truths"
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a certificate."""

    name: str
    expected: str
    measured: str
    status: Literal["pass", "fail", "undecided", "not possible here"]
    reason: str = ""


def judged(name: str, expected: str, measured: str, *, passed: bool, reason: str = "") -> Check:
    """A check that was possible; ``reason`` says what a failure means."""
    return Check(name, expected, measured, "pass" if passed else "fail", "" if passed else reason)


LONGER = 3.0
TRIES = 3
"""What an interval cannot decide is measured again, so many times in all, each so much longer than the last."""


def interval(
    name: str,
    unit: str,
    measure: Callable[[float], tuple[float, float]],
    least: float,
    most: float,
    *,
    budget_s: float,
    reason: str,
    expected: str = "",
) -> Check:
    """A check of what is known but for its noise: passed or failed by the whole interval, else measured for longer.

    An interval that cannot tell after the last try is undecided: neither is the machine shown to be right, nor wrong.

    Args:
        measure: measures for so many seconds; returns the ends of the interval.
        least, most: what the truth allows. reason: what a failure means.
    """
    for _ in range(TRIES):
        low, high = measure(budget_s)
        if least <= low and high <= most:
            return Check(name, expected or f"{least:.4g} to {most:.4g} {unit}", _told(low, high, unit), "pass")
        if high < least or low > most:
            return Check(name, expected or f"{least:.4g} to {most:.4g} {unit}", _told(low, high, unit), "fail", reason)
        budget_s *= LONGER
    why = "the machine is too noisy to tell; check again when it is quiet"
    return Check(name, expected or f"{least:.4g} to {most:.4g} {unit}", _told(low, high, unit), "undecided", why)


def ends(estimate: Estimate | None) -> tuple[float, float]:
    """The ends of an estimate's interval; without one anything is possible."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return 0.0, math.inf
    return estimate.low, estimate.high


def _told(low: float, high: float, unit: str) -> str:
    return f"[{low:.4g}, {high:.4g}] {unit}".rstrip()


def impossible(name: str, expected: str, reason: str) -> Check:
    """A check that this platform cannot make."""
    return Check(name, expected, "-", "not possible here", reason)


@dataclass(frozen=True)
class Result:
    """What an experiment gave."""

    run: StoredRun
    summary: Summary

    def case(self, runner: str, concurrency: int, copy: int = 1) -> CaseSummary:
        """One case. Raises `ExperimentFailed` when it has no figures."""
        case = next(c for c in self.summary.cases if (c.runner, c.concurrency, c.copy) == (runner, concurrency, copy))
        if case.status != "measured":
            raise ExperimentFailed(f"{runner}, C = {concurrency}: {case.reason}")
        return case

    def pair(self, copy: int) -> Comparison:
        """The comparison of a copy with its original."""
        return next(pair for pair in self.summary.comparisons if pair.copy == copy)


class ExperimentFailed(Exception):
    """An experiment gave no figures; says why."""


@dataclass
class Experimenter:
    """Runs small plans on workloads of known truth, keeping nothing on the disk but a scratch directory."""

    trials: list[TrialResult] = field(default_factory=list)

    def __enter__(self) -> Experimenter:
        self._scratch = tempfile.TemporaryDirectory(prefix="deadheat-")
        self.infos = runners.catalogue()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scratch.cleanup()

    def spec(self, truth: str, **parameters: Any) -> WorkloadSpec:
        """A truth by file name."""
        path = TRUTHS / f"{truth}.py"
        catalogue = discovery.Catalogue({found.name: found for found in discovery.in_file(path)}, {})
        sets = {truth: {name: [str(value)] for name, value in parameters.items()}}
        return discovery.specs(catalogue, [truth], sets)[0]

    def measure(
        self,
        spec: WorkloadSpec,
        contestants: Sequence[Contestant],
        *,
        concurrency: Sequence[int] = (1,),
        blocks: int = 6,
        budget_s: float,
    ) -> Result:
        """Hold contests between these contestants, as a run would."""
        names = tuple(dict.fromkeys(contestant.runner for contestant in contestants))
        settings = Settings(
            profile="default", runners=names, baseline=names[0], blocks=blocks, budget_s=budget_s, seed=1,
            placement="pinned", timeout_s=TIMEOUT_S, margin=0.05, twins=False,
        )  # fmt: skip
        contests = tuple(Contest(spec.label, level, tuple(contestants), {}) for level in concurrency)
        plan = Plan(settings, (spec,), contests)
        trials: list[TrialResult] = []
        session.carry_out(plan, self.infos, set(), Path(self._scratch.name), trials.extend, _Silent())
        self.trials += trials
        run = StoredRun(
            directory=Path(), run_id="selfcheck", started="", command=(), plan=plan,
            environment={"cpus": len(usable_cpus())}, stopped="completed", elapsed_s=0.0, trials=tuple(trials),
        )  # fmt: skip
        return Result(run, analysis.summarise(run))

    @contextmanager
    def trial(self, runner: str, spec: WorkloadSpec) -> Iterator[LiveTrial]:
        """One live contestant without a fixture, for checks that order turns themselves."""
        with Reaper() as reaper, Nursery(reaper).bout({}) as cradle:
            live = LiveTrial(Contestant(runner), spec, cradle.launch, reaper, TIMEOUT_S)
            try:
                live.load()
                live.loaded(fixture.nothing())
                yield live
            finally:
                live.stop()


class _Silent:
    """An observer that says nothing: failures are in the results."""

    def bout(self, block: int, workload: str, left_s: float) -> None: ...

    def contest(self, contest: Contest) -> None: ...

    def lost(self, workload: str, runner: str, reason: str) -> None: ...

    def alive(self) -> None: ...

    def expected(self, expected_s: float, budget_s: float) -> None: ...

    def bout_done(self) -> None: ...

    def stage(self, stage: Stage, bouts: int) -> None: ...
