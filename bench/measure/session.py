"""Carry out a plan: block by block, workload by workload, and store what is measured as soon as it is.

A bout is written when it ends, so a run is valid after every one of them, and an interrupt loses at most the bout it
falls into.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine.placement import Places
from bench.measure.bout import Bout, Observer, Session
from bench.measure.budget import Budget
from bench.measure.zygote import Nursery
from bench.model import Contest, Plan, Stage, TrialResult, WorkloadSpec
from bench.plan import matrix
from bench.process.reaper import Reaper
from bench.results import form, sound
from bench.results.form import Fault
from bench.trial.runners import RunnerInfo

Further = Callable[[int, float], Stage]
"""Told how many blocks are done and how many seconds are left: who goes on."""


def carry_out(
    plan: Plan,
    runners: dict[str, RunnerInfo],
    done: set[tuple[int, str]],
    scratch: Path,
    keep: Callable[[list[TrialResult]], None],
    observer: Observer,
    further: Further = lambda blocks, left_s: Stage({}, 0.0),
    spent_s: float = 0.0,
) -> None:
    """Run every bout that is not done yet, block by block: all contests first, then those that are not settled.

    Args:
        done: (block, workload label) of the bouts that are stored already.
        scratch: directory for the fixtures' files.
        keep: stores the trials of one bout.
        further: asked after the blocks that everyone gets, and again after those it gave; nothing ends the run.
        spent_s: what the stored bouts took.
    """
    settings = plan.settings
    ends_s = time.perf_counter() + settings.budget_s - spent_s
    with Reaper() as reaper:
        scratch.mkdir(exist_ok=True)
        reaper.clean(scratch)
        budget = Budget(settings.budget_s, {}, 0, time.perf_counter)
        nursery = Nursery(reaper, settings.timeout_s)
        session = Session(plan, runners, scratch, reaper, budget, observer, nursery, Places(settings.placement))
        stage, first = matrix.first_stage(plan), 0
        while stage.blocks:
            bouts = _bouts(plan, stage, first)
            ahead = [bout for bout in bouts if (bout.block, bout.spec.label) not in done]
            budget.go_on(stage.budget_s * len(ahead) / max(len(bouts), 1), *_counted(ahead))
            if first:
                observer.stage(stage, len(ahead))
            for bout in ahead:
                observer.bout(bout.block, bout.spec.label, budget.left_s())
                keep([_storable(trial, plan) for trial in Bout(session, bout.block, bout.spec, bout.contests).run()])
                reaper.clear()
                observer.bout_done()
            first += max(stage.blocks.values())
            stage = further(first, ends_s - time.perf_counter())


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A bout that is to be held."""

    block: int
    spec: WorkloadSpec
    contests: tuple[Contest, ...]


def _bouts(plan: Plan, stage: Stage, first: int) -> list[_Ahead]:
    """The bouts of a stage, in the order in which they are held. Args: first: number of its first block."""
    found = []
    for block in range(first, first + max(stage.blocks.values())):
        for spec in matrix.workload_order(plan, block):
            held = tuple(one for one in plan.contests_of(spec.label) if block - first < stage.blocks.get(one.key, 0))
            if held:
                found.append(_Ahead(block, spec, held))
    return found


def _counted(bouts: Sequence[_Ahead]) -> tuple[Counter[tuple[str, int]], int]:
    """How often each contest is held, and how many launches that takes."""
    return Counter(contest.key for bout in bouts for contest in bout.contests), len(bouts)


def _storable(trial: TrialResult, plan: Plan) -> TrialResult:
    """The trial, or that it failed: figures that no run can hold cost their contestant its place and not the run."""
    try:
        sound.check_trial(
            form.trial(form.parsed(form.line(trial).encode())), sound.cases(plan), plan.settings.most_blocks
        )
    except (Fault, TypeError) as fault:
        return TrialResult(
            trial.block, trial.workload, trial.concurrency, trial.runner, trial.copy, trial.workers,
            status="failed", reason=f"what it gave makes no sense: {fault}",
        )  # fmt: skip
    return trial
