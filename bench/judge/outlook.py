"""What it would take to settle what a run left open (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.judge.stats import MIN_BLOCKS
from bench.model import Comparison, Contest, StoredRun, Summary

TARGET = 0.03
"""Half-width, as a share of the ratio, at which an open comparison is usually settled: well inside the 5 % margin."""

LONGEST_S = 3600.0
"""A step that takes longer is no advice: what needs it cannot be settled here."""

LAUNCH_S = 1.0
"""What a block of one workload costs besides its contests."""


@dataclass(frozen=True, slots=True)
class Step:
    """One contest alone, between its leader and those it is undecided against.

    takes_s: about how long that has to be measured for intervals of ± `TARGET`.
    """

    workload: str
    concurrency: int
    runners: tuple[str, ...]
    takes_s: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many contests have an undecided leader, and the cheapest step that settles one of them."""

    unresolved: int
    cheapest: Step


def of(summary: Summary, run: StoredRun) -> Outlook | None:
    """None when every leader is settled, or when there are too few blocks to tell how noisy the machine is."""
    steps = [step for contest in run.plan.contests if (step := _step(summary, run, contest)) is not None]
    return Outlook(len(steps), min(steps, key=lambda step: step.takes_s)) if steps else None


def _step(summary: Summary, run: StoredRun, contest: Contest) -> Step | None:
    """An interval narrows with the square root of the time; the widest one that matters sets it."""
    leader = leader_of(summary, contest)
    if leader is None:
        return None
    open_pairs = _open_pairs(summary, contest, leader)
    if not open_pairs:
        return None
    factor = max(1.2, *((reach / TARGET) ** 2 for reach in open_pairs.values()))
    runners = (leader, *open_pairs)
    took_s = measured_s(run, contest) * len(runners) / len(contest.contestants)
    return Step(contest.workload, contest.concurrency, runners, took_s * factor + run.plan.settings.blocks * LAUNCH_S)


def leader_of(summary: Summary, contest: Contest) -> str | None:
    """The runner with the highest throughput; None when nobody has any."""
    cases = [
        case for case in summary.cases
        if (case.workload, case.concurrency, case.copy) == (*contest.key, 1) and case["throughput_per_s"] is not None
    ]  # fmt: skip
    return max(cases, key=lambda case: case.value("throughput_per_s") or 0.0).runner if cases else None


def _open_pairs(summary: Summary, contest: Contest, leader: str) -> dict[str, float]:
    """Who the leader is undecided against -> how far the interval of their ratio reaches, in logs."""

    def is_open(pair: Comparison) -> bool:
        return (
            (pair.workload, pair.concurrency, pair.runner) == (contest.workload, contest.concurrency, leader)
            and pair.copy == 1
            and pair.verdict == "inconclusive"
            and pair.ratio.blocks >= MIN_BLOCKS
        )

    return {
        pair.baseline: float(np.log(pair.ratio.high / pair.ratio.low) / 2)
        for pair in summary.comparisons
        if is_open(pair) and pair.ratio.low is not None and pair.ratio.high is not None
    }


def measured_s(run: StoredRun, contest: Contest) -> float:
    """Seconds this contest took, over all blocks; its share of the run where that was not noted."""
    blocks: dict[int, Sequence[float]] = {}
    for trial in run.trials:
        if (trial.workload, trial.concurrency) == (contest.workload, contest.concurrency):
            blocks[trial.block] = [*blocks.get(trial.block, ()), trial.noise.get("wall_s", 0.0)]
    return sum(map(max, blocks.values())) or run.elapsed_s / len(run.plan.contests)
