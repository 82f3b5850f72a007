"""Whole sessions in this process, on a small plan: what a run stores, without the command around it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.measure import session
from bench.model import Contest, Contestant, Plan, Settings, Stage, TrialResult, WorkloadSpec
from bench.trial import runners

LostOnes = list[tuple[str, str]]


class Listener:
    """An observer that keeps who was lost: (runner, reason)."""

    def __init__(self) -> None:
        self.lost_ones: LostOnes = []

    def bout(self, block: int, workload: str, left_s: float) -> None: ...

    def contest(self, contest: Contest) -> None: ...

    def lost(self, workload: str, runner: str, reason: str) -> None:
        self.lost_ones.append((runner, reason))

    def alive(self) -> None: ...

    def expected(self, expected_s: float, budget_s: float) -> None: ...

    def bout_done(self) -> None: ...

    def stage(self, stage: Stage, bouts: int) -> None: ...


def measured(
    spec: WorkloadSpec, names: Sequence[str], scratch: Path, *, concurrency: int = 1, blocks: int = 1,
    timeout_s: float = 20.0, budget_s: float = 1.0,
) -> tuple[list[TrialResult], LostOnes]:  # fmt: skip
    """The trials of a session with one contest, and who was lost."""
    settings = Settings(
        profile="default", runners=tuple(names), baseline=names[0], blocks=blocks, budget_s=budget_s, seed=1,
        placement="pinned", timeout_s=timeout_s, margin=0.05, twins=False,
    )  # fmt: skip
    contest = Contest(spec.label, concurrency, tuple(map(Contestant, names)), {})
    trials: list[TrialResult] = []
    listener = Listener()
    session.carry_out(Plan(settings, (spec,), (contest,)), runners.catalogue(), set(), scratch, trials.extend, listener)
    return trials, listener.lost_ones
