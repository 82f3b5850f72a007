"""Verdicts on claims, from intervals alone (pure).

A claim says where a ratio lies. A case of it holds where the whole 95 % interval lies there, and does not where all of
it lies outside; anything else is undecided. Holm's correction (1979) runs over all cases of a ledger: the more is
claimed, the more evidence each case needs. Ratios of two runners in one contest pair their turns or blocks; those of
contests pair the blocks they share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.histogram import Histogram
from bench.judge import allotment, cases, metrics, outlook, passes, stats
from bench.judge.cases import Trials
from bench.judge.outlook import Doubt
from bench.model import Estimate, Stage, StoredRun, TrialResult

Verdict = Literal["holds", "does not hold", "holds in part", "undecided", "cannot be tested here", "not measured"]
THROUGHPUT = "throughput_per_s"
PERCENTILES: dict[str, tuple[Callable[[TrialResult], Histogram], float]] = {
    "latency_p50_ms": (lambda trial: trial.latency, 0.5),
    "latency_p99_ms": (lambda trial: trial.latency, 0.99),
    "lag_p50_ms": (lambda trial: trial.lag, 0.5),
}
"""Percentiles are of all blocks together: a block by itself has too few ops or ticks beyond them."""
ALPHA = 0.05

PValue = Callable[[float], float | None]


@dataclass(frozen=True, slots=True)
class Entrant:
    """One side of a ratio: a contestant of a stored run. workload: its label there."""

    workload: str
    concurrency: int
    runner: str


@dataclass(frozen=True, slots=True)
class Question:
    """One case of a claim: a ratio and where it is claimed to lie."""

    claim: str
    concurrency: int
    metric: str
    of: Entrant
    over: Entrant
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Case:
    """What became of a question.

    ratio: None where it could not be measured; ``reason`` says why. p: for the truth being on the other side of a
    border of what is claimed, adjusted by Holm.
    """

    question: Question
    ratio: Estimate | None
    p: float | None
    verdict: Literal["holds", "does not hold", "undecided"] | None
    reason: str = ""


def judged(run: StoredRun, questions: Sequence[Question], withheld: Mapping[Entrant, str]) -> list[Case]:
    """Every question, in order.

    Args:
        withheld: cases of which a finding says that their figures are invalid, and which; they answer nothing.
    """
    grouped = cases.by_contest(run)
    alpha, confidence = stats.two_looks(2) if run.plan.settings.further_blocks else (ALPHA, stats.CONFIDENCE)
    asked = [_asked(question, grouped, confidence, run, withheld) for question in questions]
    adjusted = stats.holm({number: case.p for number, case in enumerate(asked) if case.p is not None})
    return [_decided(replace(case, p=adjusted.get(number, case.p)), alpha) for number, case in enumerate(asked)]


def verdict(found: Sequence[Case]) -> Verdict:
    """What all cases of a claim amount to."""
    told = {case.verdict for case in found if case.verdict is not None}
    if not told:
        return "cannot be tested here"
    if {"holds", "does not hold"} <= told:
        return "holds in part"
    if told == {"holds"}:
        return "holds"
    return "does not hold" if told == {"does not hold"} else "undecided"


def _asked(
    question: Question,
    grouped: Mapping[tuple[str, int], Trials],
    confidence: float,
    run: StoredRun,
    withheld: Mapping[Entrant, str],
) -> Case:
    sides = []
    for side in (question.of, question.over):
        trials = [
            trial
            for trial in grouped.get((side.workload, side.concurrency), {}).get((side.runner, 1), ())
            if trial.status == "measured"
        ]
        if not trials or side in withheld:
            return Case(question, None, None, None, withheld.get(side) or _absence(run, side))
        sides.append(trials)
    compared = _compared(question, *_shared(*sides), confidence)
    if compared is None:
        return Case(question, None, None, None, f"too few blocks or ops have a figure for {question.metric}")
    ratio, p_of = compared
    return Case(question, ratio, _p(question, ratio.value, p_of), None)


def _shared(ours: Sequence[TrialResult], theirs: Sequence[TrialResult]) -> tuple[list[TrialResult], list[TrialResult]]:
    """The trials of the blocks that both sides have, in the same order."""
    mine, other = ({trial.block: trial for trial in trials} for trials in (ours, theirs))
    blocks = sorted(mine.keys() & other.keys())
    return [mine[block] for block in blocks], [other[block] for block in blocks]


def _compared(
    question: Question, ours: Sequence[TrialResult], theirs: Sequence[TrialResult], confidence: float
) -> tuple[Estimate, PValue] | None:
    """The ratio, and what tells the p of its truly being a given one; None where there is too little."""
    if question.metric in PERCENTILES:
        durations, q = PERCENTILES[question.metric]
        mine, other = ([durations(trial) for trial in trials] for trials in (ours, theirs))
        told = stats.percentile_ratio(mine, other, q, confidence)
        if told is None:
            return None
        return told[0], lambda null: (stats.percentile_ratio(mine, other, q, confidence, null) or told)[1]
    logs = _logs(question, ours, theirs)
    if len(logs) < 2:
        return None
    return stats.from_logs(logs, confidence), lambda null: stats.p_value([log - math.log(null) for log in logs])


def _logs(question: Question, ours: Sequence[TrialResult], theirs: Sequence[TrialResult]) -> list[float]:
    """Log ratio of each block."""
    of, over = question.of, question.over
    if question.metric == THROUGHPUT and (of.workload, of.concurrency) == (over.workload, over.concurrency):
        pairs = [(passes.rates(mine), passes.rates(other)) for mine, other in zip(ours, theirs, strict=True)]
        return [log for a, b in pairs if (log := stats.paired_log_ratio(a, b)) is not None]
    value = metrics.named(question.metric).per_block
    assert value is not None, f"a ledger names no metric without blocks, and {question.metric} is one"
    both = [(value(mine), value(other)) for mine, other in zip(ours, theirs, strict=True)]
    return [math.log(a / b) for a, b in both if a and b and a > 0 and b > 0]


def _p(question: Question, ratio: float, p_of: PValue) -> float | None:
    """Of the truth lying beyond a border: of either one for an estimate inside, of the nearer one for one outside."""
    borders = [end for end in (question.low, question.high) if 0 < end < math.inf]
    if ratio < question.low:
        borders = [question.low]
    elif ratio > question.high:
        borders = [question.high]
    return max((p for border in borders if (p := p_of(border)) is not None), default=None)


def _decided(case: Case, alpha: float) -> Case:
    ratio, question = case.ratio, case.question
    if ratio is None:
        return case
    certain = ratio.low is not None and ratio.high is not None and (case.p is None or case.p < alpha)
    if certain and question.low <= (ratio.low or 0.0) and (ratio.high or math.inf) <= question.high:
        return replace(case, verdict="holds")
    if certain and ((ratio.high or math.inf) < question.low or (ratio.low or 0.0) > question.high):
        return replace(case, verdict="does not hold")
    return replace(case, verdict="undecided")


def _absence(run: StoredRun, side: Entrant) -> str:
    """Why a case has no figures."""
    for contest in run.plan.contests:
        if contest.key == (side.workload, side.concurrency) and side.runner in contest.absent:
            return contest.absent[side.runner].reason
    failed = [
        trial.reason
        for trial in run.trials
        if (trial.workload, trial.concurrency, trial.runner) == (side.workload, side.concurrency, side.runner)
    ]
    return failed[0] if failed else f"{side.workload} at C = {side.concurrency} on {side.runner} was not measured"


def blocks_to_settle(case: Case) -> int | None:
    """How many blocks an undecided case would be expected to need in all; None where even a hundred times those it has
    would not do, or where it has no interval.
    """
    ratio, question = case.ratio, case.question
    if ratio is None or ratio.low is None or ratio.high is None or ratio.low <= 0:
        return None
    borders = [end for end in (question.low, question.high) if 0 < end < math.inf]
    distance = min(abs(math.log(ratio.value / border)) for border in borders)
    reach = math.log(ratio.high / ratio.low) / 2
    blocks = ratio.blocks + allotment.further(ratio.blocks, Doubt("", reach, distance))
    return blocks if blocks < 100 * ratio.blocks else None


def further(run: StoredRun, found: Sequence[Case], left_s: float) -> Stage:
    """Blocks for the contests of undecided cases, as many for each as the time that is left has room for."""
    doubtful = {
        (side.workload, side.concurrency)
        for case in found
        if case.verdict == "undecided"
        for side in (case.question.of, case.question.over)
    }
    first = run.plan.settings.blocks
    contests = [contest for contest in run.plan.contests if contest.key in doubtful]
    block_s = sum(outlook.measured_s(run, contest) / first + outlook.LAUNCH_S for contest in contests)
    blocks = min(run.plan.settings.further_blocks, int(left_s / block_s)) if contests else 0
    if blocks < allotment.LEAST_BLOCKS:
        return Stage({}, 0.0)
    return Stage({contest.key: blocks for contest in contests}, left_s)
