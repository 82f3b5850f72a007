"""Blocks -> estimates, ratios, intervals, verdicts (pure).

The block is the statistical unit: one fresh launch of all contestants. Values from one process are not independent, so
pooling them makes false alarms (Kalibera & Jones, ISMM 2013; Georges et al., OOPSLA 2007). Inside a block a heavily
trimmed mean over paired turns is robust against the machine's slow phases; over blocks it is Student t, in logs, since
speeds act as factors. Below 6 blocks there is no interval and no verdict.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import scipy  # its parts are imported when they are used: a third of a second that a list of workloads can do without

from bench import histogram
from bench.histogram import Histogram
from bench.judge.moderation import Prior, moderated
from bench.model import Estimate, Verdict

MIN_BLOCKS = 6
ALPHA = 0.05
CONFIDENCE = 1 - ALPHA
TRIM = 0.35
"""Of what a block's passes say the middle 30 % are averaged; of few it is their median.

Noise is mostly a sharp peak with fat tails, where the median errs least and the interquartile mean by half as much
again; but a program that takes one CPU half of the time makes two peaks, between which a median jumps. In simulations
of both (tests) this centre errs by less than the worse of the two, and by less than half more than the better."""
OPS_BEYOND = 10
"""A percentile is given only when at least this many ops lie beyond it."""

Floats = npt.NDArray[np.float64]


def trimmed_mean(values: Sequence[float] | Floats, trim: float = TRIM) -> float:
    """Mean of what is left after cutting the share ``trim`` off either end (Tukey & McLaughlin 1963)."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    cut = int(trim * ordered.size)
    kept = ordered[cut : ordered.size - cut]
    return math.fsum(kept) / kept.size


def over_blocks(values: Sequence[float]) -> Estimate | None:
    """Geometric mean of one positive value per block, with its Student t interval in logs; None without a value."""
    usable = [value for value in values if value > 0]
    if not usable:
        return None
    return from_logs([float(np.log(value)) for value in usable])


def from_logs(logs: Sequence[float], confidence: float = CONFIDENCE, prior: Prior | None = None) -> Estimate:
    """The estimate of one log value per block. Args: prior: what is known of the variance from others like it."""
    centre, spread = _centre_and_half_width(np.asarray(logs, dtype=np.float64), confidence, prior)
    return _estimate(centre, spread, len(logs))


def _estimate(log_centre: float, log_half_width: float | None, blocks: int) -> Estimate:
    value = float(np.exp(log_centre))
    if log_half_width is None:
        return Estimate(value, None, None, blocks)
    return Estimate(
        value, float(np.exp(log_centre - log_half_width)), float(np.exp(log_centre + log_half_width)), blocks
    )


def _centre_and_half_width(
    values: Floats, confidence: float = CONFIDENCE, prior: Prior | None = None
) -> tuple[float, float | None]:
    centre = float(values.mean())
    if values.size < MIN_BLOCKS:
        return centre, None
    error, degrees = _error(values, prior)
    return centre, float(scipy.special.stdtrit(degrees, 1 - (1 - confidence) / 2) * error)


def _error(values: Floats, prior: Prior | None) -> tuple[float, float]:
    """Standard error of the mean, and its degrees of freedom."""
    variance, degrees = moderated(float(values.var(ddof=1)), values.size - 1, prior)
    return math.sqrt(variance / values.size), degrees


def p_value(logs: Sequence[float], prior: Prior | None = None) -> float | None:
    """Two-sided p of Student t for a true log ratio of 0; None below 6 blocks."""
    values = np.asarray(logs, dtype=np.float64)
    if values.size < MIN_BLOCKS:
        return None
    error, degrees = _error(values, prior)
    if error == 0:
        return 1.0 if values.mean() == 0 else 0.0
    return float(2 * scipy.special.stdtr(degrees, -abs(float(values.mean())) / error))


def holm(p_values: Mapping[object, float]) -> dict[object, float]:
    """Holm's step-down adjustment: with these, at most one table in twenty holds a false 'faster' (Holm 1979)."""
    adjusted: dict[object, float] = {}
    largest = 0.0
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    for rank, (key, p) in enumerate(ordered):
        largest = max(largest, min(1.0, (len(ordered) - rank) * p))
        adjusted[key] = largest
    return adjusted


def verdict(
    ratio: Estimate, adjusted_p: float | None, margin: float, noise_floor: float = 1.0, alpha: float = ALPHA
) -> Verdict | None:
    """What an interval of throughput ratios says; None without an interval.

    ``equivalent`` when the whole interval lies within the factor 1 + ``margin`` of 1 (so it can be both different
    from 1 and equivalent: a difference too small to matter), else ``faster`` or ``slower`` when the adjusted p is
    below ``alpha`` and the ratio lies beyond the factor by which identical contestants seemed to differ in the same
    run, else ``inconclusive``. Antisymmetric: swapping the two sides swaps faster and slower, and nothing else.
    """
    if ratio.low is None or ratio.high is None or adjusted_p is None:
        return None
    edge = (1 + margin) * (1 + 1e-12)
    if ratio.low >= 1 / edge and ratio.high <= edge:
        return "equivalent"
    if adjusted_p < alpha and max(ratio.value, 1 / ratio.value) > noise_floor:
        return "faster" if ratio.value > 1 else "slower"
    return "inconclusive"


Pass = TypeVar("Pass", bound=Hashable)
"""Names one time at which every contestant took a turn."""


def paired_log_ratio(ours: Mapping[Pass, float], theirs: Mapping[Pass, float]) -> float | None:
    """One block's log ratio of two contestants: the trimmed mean over the passes in which both have a rate above 0.

    Args:
        ours, theirs: pass -> rate.
    """
    logs = [
        math.log(ours[name]) - math.log(theirs[name])
        for name in ours.keys() & theirs.keys()
        if ours[name] > 0 and theirs[name] > 0
    ]
    return trimmed_mean(logs) if logs else None


def typical_rate(passes: Mapping[Pass, float]) -> float | None:
    """One block's typical rate: the trimmed mean over its passes, in logs; None when nothing succeeded."""
    logs = [float(np.log(rate)) for rate in passes.values() if rate > 0]
    return float(np.exp(trimmed_mean(logs))) if logs else None


def enough_beyond(ops: int, q: float) -> bool:
    """Whether so many ops carry that percentile."""
    return ops * (1 - q) >= OPS_BEYOND - 1e-9


def percentile(blocks: Sequence[Histogram], q: float) -> Estimate | None:
    """A percentile of all blocks' durations together, in seconds; None when fewer than 10 lie beyond it.

    The interval is Student t on the delete-one-block jackknife in logs (Tukey 1958): a block's own percentile would be
    biased where a block holds too few ops for it, and pooling the ops would make them look independent.
    """
    filled = [block for block in blocks if block]
    pooled = histogram.merge(filled)
    if not enough_beyond(sum(pooled.values()), q):
        return None
    return _jackknife(filled, pooled, lambda h: histogram.quantile_ns(h, q) / 1e9)


def percentile_ratio(
    ours: Sequence[Histogram], theirs: Sequence[Histogram], q: float, confidence: float, null: float = 1.0
) -> tuple[Estimate, float | None] | None:
    """Ratio of a percentile of two contestants, and the p of its being ``null``; None where fewer than 10 lie beyond.

    Args:
        ours, theirs: durations by block, the same blocks in the same order.
    """
    both = [(mine, other) for mine, other in zip(ours, theirs, strict=True) if mine and other]
    pooled = tuple(histogram.merge(side) for side in zip(*both, strict=True)) if both else ({}, {})
    if not all(enough_beyond(sum(side.values()), q) for side in pooled):
        return None

    def log(mine: Histogram, other: Histogram) -> float:
        return math.log(max(histogram.quantile_ns(mine, q), 1)) - math.log(max(histogram.quantile_ns(other, q), 1))

    n, centre = len(both), log(*pooled)
    if n < MIN_BLOCKS:
        return _estimate(centre, None, n), None
    without = np.array([log(_without(pooled[0], mine), _without(pooled[1], other)) for mine, other in both])
    error = math.sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    half_width = float(scipy.special.stdtrit(n - 1, 1 - (1 - confidence) / 2) * error)
    away = centre - math.log(null)
    p = 2 * float(scipy.special.stdtr(n - 1, -abs(away) / error)) if error else float(away == 0)
    return _estimate(centre, half_width, n), p


def _jackknife(blocks: Sequence[Histogram], pooled: Histogram, statistic: Callable[[Histogram], float]) -> Estimate:
    n = len(blocks)
    centre = float(np.log(max(statistic(pooled), 1e-9)))
    if n < MIN_BLOCKS:
        return _estimate(centre, None, n)
    without = np.array([np.log(max(statistic(_without(pooled, block)), 1e-9)) for block in blocks])
    error = np.sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    return _estimate(centre, float(scipy.special.stdtrit(n - 1, 1 - ALPHA / 2) * error), n)


def _without(pooled: Histogram, block: Histogram) -> Histogram:
    return {bucket: count - block.get(bucket, 0) for bucket, count in pooled.items()}


TWO_LOOKS = {2: (0.025, 0.97)}
TWO_LOOKS_OF_MANY = (0.0275, CONFIDENCE)
"""Where a run looks at a contest twice and stops when every pair is decided: the adjusted p that a verdict needs at
either look, and the confidence of its intervals, by the number of contestants. An error can be made at either look. Of
two, the one pair decides when to stop, which makes its interval too narrow; of more, a single pair hardly decides. In
simulations (tests) at most 5 % of contests get a false word, and intervals cover 94 % and more (group-sequential tests:
Pocock 1977; repeated intervals: Jennison & Turnbull 1989)."""


def two_looks(contestants: int) -> tuple[float, float]:
    """The p that a verdict needs and the confidence of intervals, in a contest of so many that is looked at twice."""
    return TWO_LOOKS.get(contestants, TWO_LOOKS_OF_MANY)


LOOKS = (6, 8, 12, 16, 24, 32, 48, 64, 96)
"""Numbers of blocks at which a run may look at its intervals and stop."""


def spent_confidence(look: int) -> float:
    """Confidence of the interval at a look (0 is the first): the 5 % are spent as 2.5, 1.25, 0.6 … %.

    Over all looks together the error stays below 5 %, whenever the run stops (alpha spending, Lan & DeMets 1983).
    """
    return 1.0 - ALPHA / 2.0 ** (look + 1)


def stopped_confidence(precision: float | None, blocks: int) -> float:
    """Confidence at which the ratios of a run are given: that of the look at which it stopped, 95 % if it never looked.

    A run that stops when its intervals please it has, by selection, too narrow ones: at 95 % they cover 90 %.
    """
    if precision is None or blocks < MIN_BLOCKS:
        return CONFIDENCE
    return spent_confidence(sum(look < blocks for look in LOOKS))


def reach(logs: Sequence[float], confidence: float) -> float:
    """How far an interval reaches from its ratio, as a share of it (0.03 is ±3 %); infinite below 6 blocks."""
    _, half_width = _centre_and_half_width(np.asarray(logs, dtype=np.float64), confidence)
    return float("inf") if half_width is None else float(np.expm1(half_width))


def precise_enough(pairs: Sequence[Sequence[float]], blocks: int, precision: float) -> bool:
    """Whether a run may stop after so many blocks: a look is due, and every pair's interval reaches no farther.

    Args:
        pairs: for each comparison, one log ratio per block.
    """
    if blocks not in LOOKS:
        return False
    confidence = spent_confidence(LOOKS.index(blocks))
    return bool(pairs) and all(reach(logs, confidence) <= precision for logs in pairs)


def maximum(values: Sequence[float]) -> Estimate | None:
    """The largest of the blocks' maxima; low and high are the smallest and the largest of them, not an interval."""
    if not values:
        return None
    enough = len(values) >= MIN_BLOCKS
    return Estimate(max(values), min(values) if enough else None, max(values) if enough else None, len(values))
