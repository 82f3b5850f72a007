"""What it would take to settle what a run left open (pure)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.judge.stats import MIN_BLOCKS
from bench.model import Plan, Summary

TARGET = 0.03
"""Half-width, as a share of the ratio, at which an open comparison is usually settled: well inside the 5 % margin."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many contests have an undecided leader, and how much more measuring would narrow their intervals."""

    unresolved: int
    more_s: float
    budget_s: float


def of(summary: Summary, plan: Plan, elapsed_s: float) -> Outlook | None:
    """None when every leader is settled, or when there are too few blocks to tell how noisy the machine is.

    An interval narrows with the square root of the number of blocks; the widest one that matters sets the time.
    """
    factors = []
    for contest in plan.contests:
        cases = [
            case for case in summary.cases
            if (case.workload, case.concurrency, case.copy) == (contest.workload, contest.concurrency, 1)
            and case["throughput_per_s"] is not None
        ]  # fmt: skip
        if not cases:
            continue
        leader = max(cases, key=lambda case: case["throughput_per_s"].value if case["throughput_per_s"] else 0.0).runner
        reaches = [
            float(np.log(pair.ratio.high / pair.ratio.low) / 2)
            for pair in summary.comparisons
            if (pair.workload, pair.concurrency, pair.runner) == (contest.workload, contest.concurrency, leader)
            and pair.copy == 1 and pair.verdict == "inconclusive"
            and pair.ratio.low is not None and pair.ratio.high is not None and pair.ratio.blocks >= MIN_BLOCKS
        ]  # fmt: skip
        if reaches:
            factors.append(max(1.2, (max(reaches) / TARGET) ** 2))
    if not factors:
        return None
    factor = max(factors)
    return Outlook(len(factors), elapsed_s * (factor - 1), max(plan.settings.budget_s, elapsed_s) * factor)
