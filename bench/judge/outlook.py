"""What it would take to decide what a run left open (pure)."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from bench.model import Comparison, Contest, StoredRun, Summary

LONGEST_S = 3600.0
"""A step that takes longer is no advice: what needs it cannot be settled here."""

LAUNCH_S = 0.3
"""What a block of one workload costs besides its contests."""

LEAST_FACTOR = 1.2
"""Nothing is settled by measuring for as long as before."""


@dataclass(frozen=True, slots=True)
class Step:
    """One contest alone, between its fastest and those that may still be faster than it by more than the margin.

    takes_s: about how long that has to be measured.
    """

    workload: str
    concurrency: int
    runners: tuple[str, ...]
    takes_s: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many contests have no decision, and the cheapest step that gives one of them one."""

    unresolved: int
    cheapest: Step


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair that is not decided.

    reach: how far the interval of their ratio reaches, in logs. wanted: at how far it is expected to be decided.
    """

    rival: str
    reach: float
    wanted: float


def of(summary: Summary, run: StoredRun) -> Outlook | None:
    """None when every contest has a decision, or when there are too few blocks to tell how noisy the machine is."""
    steps = [step for contest in run.plan.contests if (step := _step(summary, run, contest)) is not None]
    return Outlook(len(steps), min(steps, key=lambda step: step.takes_s)) if steps else None


def _step(summary: Summary, run: StoredRun, contest: Contest) -> Step | None:
    """An interval narrows with the square root of the time; the one that needs most sets it."""
    doubts = in_the_way(summary, contest, run.plan.settings.margin)
    if not doubts:
        return None
    factor = max(LEAST_FACTOR, *((doubt.reach / doubt.wanted) ** 2 for doubt in doubts))
    runners = (leader(summary, contest), *(doubt.rival for doubt in doubts))
    took_s = measured_s(run, contest) * len(runners) / len(contest.contestants)
    return Step(*contest.key, runners, took_s * factor + run.plan.settings.blocks * LAUNCH_S)


def leader(summary: Summary, contest: Contest) -> str:
    """The fastest of those that are in question; empty where nobody is."""
    decision = summary.decision(contest.key)
    rates = {
        case.runner: case.value("throughput_per_s") or 0.0
        for case in summary.cases
        if case.copy == 1 and (case.workload, case.concurrency) == contest.key
    }
    return max(decision.asked, key=lambda runner: rates.get(runner, 0.0), default="") if decision else ""


def in_the_way(summary: Summary, contest: Contest, margin: float) -> list[Doubt]:
    """Why a contest has no decision: who may still be faster than its fastest by more than the margin."""
    decision = summary.decision(contest.key)
    if decision is None or decision.use is not None:
        return []
    edge = math.log1p(margin)
    return [
        # a tenth to spare; and where the rival looks as fast as that, what a change of mind would take
        Doubt(pair.baseline, _reach(pair), 0.9 * max(edge + math.log(pair.ratio.value), edge / 4))
        for pair in _pairs_of_leader(summary, contest)
        if (pair.ratio.low or 0.0) < 1 / (1 + margin)
    ]


def undecided(summary: Summary, contest: Contest, margin: float) -> list[Doubt]:
    """Against whom the fastest of a contest has no verdict: neither faster nor as fast."""
    return _doubts(_pairs_of_leader(summary, contest), margin)


def open_pairs(summary: Summary, contest: Contest, margin: float) -> list[Doubt]:
    """The pairs of a contest that have no verdict, from one of their two sides."""
    ours = (pair for pair in summary.comparisons if (pair.workload, pair.concurrency, pair.copy) == (*contest.key, 1))
    return _doubts((pair for pair in ours if pair.ratio.value >= 1), margin)


def _doubts(pairs: Iterable[Comparison], margin: float) -> list[Doubt]:
    edge = math.log1p(margin)
    found = []
    for pair in pairs:
        if pair.verdict == "inconclusive":
            apart = abs(math.log(pair.ratio.value))
            found.append(Doubt(pair.baseline, _reach(pair), max(0.9 * apart, edge - apart)))
    return found


def _pairs_of_leader(summary: Summary, contest: Contest) -> list[Comparison]:
    first = leader(summary, contest)
    return [
        pair
        for pair in summary.comparisons
        if (pair.workload, pair.concurrency, pair.copy, pair.runner) == (*contest.key, 1, first)
        and pair.verdict is not None
        and pair.ratio.low is not None
    ]


def _reach(pair: Comparison) -> float:
    assert pair.ratio.low is not None
    assert pair.ratio.high is not None
    return math.log(pair.ratio.high / pair.ratio.low) / 2


def measured_s(run: StoredRun, contest: Contest) -> float:
    """Seconds this contest took, over all blocks; its share of the run where that was not noted."""
    return math.fsum(_blocks_s(run, contest)) or run.elapsed_s / len(run.plan.contests)


def block_s(run: StoredRun, contest: Contest) -> float:
    """Seconds a typical block of this contest took; its first one took longer, for its pilots."""
    typical_s = statistics.median(_blocks_s(run, contest) or [0.0])
    return typical_s or run.elapsed_s / len(run.plan.contests) / run.plan.settings.blocks


def _blocks_s(run: StoredRun, contest: Contest) -> list[float]:
    blocks: dict[int, float] = {}
    for trial in run.trials:
        if (trial.workload, trial.concurrency) == contest.key:
            blocks[trial.block] = max(blocks.get(trial.block, 0.0), trial.noise.get("wall_s", 0.0))
    return list(blocks.values())
