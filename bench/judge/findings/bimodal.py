"""Does the speed hold still: over the turns of a block, between two levels, and between typical and mean?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from bench.judge import stats
from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary, TrialResult

DRIFT = 0.05
LEAST_ROUNDS = 4
LEVELS_APART = 0.10
"""Natural log of the factor between two levels of speed that is worth telling."""
OTSU = 0.85
"""Share of the variance that a split in two explains; 0.64 for a normal, 0.75 for an even spread, 1 for two points."""
STALL = 0.97

Floats = npt.NDArray[np.float64]


def drifting(evidence: Evidence) -> Iterator[Mark]:
    """A case speeds up or slows down over the rounds of its blocks, beyond what the others of its contest do."""
    for cases in evidence.contests():
        for case in cases:
            relative = [_relative_rounds(trial, cases, evidence) for trial in evidence.trials(case)]
            changes = [_change(rates) for rates in relative if rates.size >= LEAST_ROUNDS]
            if len(changes) < stats.MIN_BLOCKS:
                continue
            change = stats.from_logs(changes)
            assert change.low is not None
            assert change.high is not None
            if abs(np.log(change.value)) < DRIFT or change.low <= 1 <= change.high:
                continue
            warming = change.value > 1
            yield Mark(
                "still-warming" if warming else "drifting",
                "warning",
                case.workload,
                f"{on(case)}: its last rounds in a block run at {change.value:.2f}× [{change.low:.2f}, "
                f"{change.high:.2f}] of its first, the other runners' speed taken out",
                "let it warm up: more rounds per block, --budget larger" if warming else
                "look for something that fills up or leaks (a cache, a pool, a file)",
                (case.key,),
                abs(float(np.log(change.value))),
            )  # fmt: skip


def _relative_rounds(trial: TrialResult, cases: list[CaseSummary], evidence: Evidence) -> Floats:
    """Log rates of a trial's rounds, less the median log rate of all contestants in the same round of its block."""
    peers = [_rounds(other) for case in cases for other in evidence.trials(case) if other.block == trial.block]
    own = _rounds(trial)
    return np.array([own[n] - np.median([peer[n] for peer in peers if n in peer]) for n in sorted(own)])


def _rounds(trial: TrialResult) -> dict[int, float]:
    rates: dict[int, list[float]] = {}
    for turn in trial.turns:
        if turn.ops > 0:
            rates.setdefault(turn.round, []).append(float(np.log(turn.ops / turn.window_s)))
    return {number: float(np.mean(values)) for number, values in rates.items()}


def _change(rates: Floats) -> float:
    """Mean of the last third of the rounds less that of the first third."""
    third = max(1, rates.size // 3)
    return float(rates[-third:].mean() - rates[:third].mean())


def bimodal(evidence: Evidence) -> Iterator[Mark]:
    """A case has two speeds and nothing between them, the machine's own phases taken out."""
    for cases in evidence.contests():
        for case in cases:
            parts = [_relative_rounds(trial, cases, evidence) for trial in evidence.trials(case)]
            rates = np.concatenate(parts) if parts else np.array([])
            if rates.size < 12:
                continue
            explained, gap, share = split(rates)
            if explained > OTSU and gap > LEVELS_APART and 0.2 <= share <= 0.8:
                yield Mark(
                    "bimodal",
                    "warning",
                    case.workload,
                    f"{on(case)}: two speeds a factor {np.exp(gap):.2f} apart, {share:.0%} of the rounds at the "
                    f"slower; the split explains {explained:.0%} of the variance",
                    "look for two code paths (a cache that hits or not, two CPU speeds); the mean describes neither",
                    (case.key,),
                    gap,
                )


def split(values: Floats) -> tuple[float, float, float]:
    """The best cut of values in two (Otsu 1979).

    Returns:
        Share of the variance it explains, distance of the two means, share of values below the cut.
    """
    ordered = np.sort(values)
    total = float(((ordered - ordered.mean()) ** 2).sum())
    if total == 0:
        return 0.0, 0.0, 0.0
    n = ordered.size
    sizes = np.arange(1, n)
    lower = np.cumsum(ordered)[:-1] / sizes
    upper = (ordered.sum() - np.cumsum(ordered)[:-1]) / (n - sizes)
    between = sizes * (n - sizes) / n * (upper - lower) ** 2
    best = int(between.argmax())
    return float(between[best] / total), float(upper[best] - lower[best]), (best + 1) / n


def stalls(evidence: Evidence) -> Iterator[Mark]:
    """Total ops over total time falls below the typical rate beyond the noise: the runner stands still now and then."""
    for case in evidence.cases:
        share = case["mean_over_typical"]
        if share is None or share.high is None:
            continue
        if share.high < STALL:
            yield Mark(
                "stalls",
                "warning",
                case.workload,
                f"{on(case)}: total ops over total time are {share.value:.2f} [{share.low:.2f}, {share.high:.2f}] "
                "of the typical rate",
                "the ratio speaks of typical rounds; compare mean_per_s and the tail latency before you choose",
                (case.key,),
                1 - share.value,
            )
