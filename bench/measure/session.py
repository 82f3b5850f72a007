"""Carry out a plan: block by block, workload by workload, and store what is measured as soon as it is.

A bout is written when it ends, so a run is valid after every one of them, and an interrupt loses at most the bout it
falls into.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench.machine.placement import Places
from bench.measure.bout import Bout, Observer, Session
from bench.measure.budget import Budget
from bench.measure.zygote import Nursery
from bench.model import Plan, TrialResult
from bench.plan import matrix
from bench.process.reaper import Reaper
from bench.results import form, sound
from bench.results.form import Fault
from bench.trial.runners import RunnerInfo


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
    settings = plan.settings
    bouts = [
        (block, spec)
        for block in range(settings.blocks)
        for spec in matrix.workload_order(plan, block)
        if (block, spec.label) not in done
    ]
    contests = Counter(contest.key for _, spec in bouts for contest in plan.contests_of(spec.label))
    share = len(bouts) / max(settings.blocks * len(plan.workloads), 1)
    budget = Budget(settings.budget_s * share, contests, len(bouts), time.perf_counter)
    with Reaper() as reaper:
        scratch.mkdir(exist_ok=True)
        reaper.clean(scratch)
        nursery = Nursery(reaper, settings.timeout_s)
        session = Session(plan, runners, scratch, reaper, budget, observer, nursery, Places(settings.placement))
        for block, spec in bouts:
            observer.bout(block, spec.label, budget.left_s())
            keep([_storable(trial, plan) for trial in Bout(session, block, spec).run()])
            reaper.clear()
            observer.bout_done()
            if spec is matrix.workload_order(plan, block)[-1] and enough(block + 1):
                return


def _storable(trial: TrialResult, plan: Plan) -> TrialResult:
    """The trial, or that it failed: figures that no run can hold cost their contestant its place and not the run."""
    try:
        sound.check_trial(form.trial(form.parsed(form.line(trial).encode())), sound.cases(plan), plan.settings.blocks)
    except (Fault, TypeError) as fault:
        return TrialResult(
            trial.block, trial.workload, trial.concurrency, trial.runner, trial.copy, trial.workers,
            status="failed", reason=f"what it gave makes no sense: {fault}",
        )  # fmt: skip
    return trial
