"""One value per block: what lies behind every estimate of the summary (pure).

The estimates themselves come from `bench.judge.analysis`; these are the dots drawn behind them, and the pairs of which
ratios of memory and CPU are made. A test holds both to each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from bench import histogram
from bench.judge import stats
from bench.judge.metrics import Metric
from bench.model import Estimate, TrialResult

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Values = dict[int, float]
"""Block -> value."""


def values(trials: Iterable[TrialResult], metric: Metric) -> Values:
    """A metric's value in each block that has one; what stands behind its estimate."""
    found = {}
    for trial in trials:
        if metric.per_block and trial.status == "measured" and trial.turns:
            value = metric.per_block(trial)
            if value is not None and value > 0:
                found[trial.block] = value
    return found


def ratio(ours: Mapping[int, float], theirs: Mapping[int, float]) -> Estimate | None:
    """Ours over theirs, paired by block; None without a block in common."""
    logs = [math.log(ours[block] / theirs[block]) for block in sorted(ours.keys() & theirs.keys())]
    return stats.from_logs(logs) if logs else None


def per_worker(small: Mapping[int, float], large: Mapping[int, float], workers: int) -> Estimate | None:
    """What each further worker adds: the difference of two levels over ``workers``, Student t over the blocks.

    Args:
        workers: how many more workers the larger level has.
    """
    values = [(large[block] - small[block]) / workers for block in sorted(small.keys() & large.keys())]
    if not values:
        return None
    centre = float(np.mean(values))
    if len(values) < stats.MIN_BLOCKS:
        return Estimate(centre, None, None, len(values))
    half = float(stdtrit(len(values) - 1, 1 - stats.ALPHA / 2) * np.std(values, ddof=1) / math.sqrt(len(values)))
    return Estimate(centre, centre - half, centre + half, len(values))


def curve(blocks: Sequence[histogram.Histogram], shares: Sequence[float]) -> list[Estimate | None]:
    """`bench.judge.stats.percentile` at many shares at once, in seconds; None where fewer than 10 ops lie beyond."""
    filled = [block for block in blocks if block]
    if not filled:
        return [None] * len(shares)
    buckets = sorted(histogram.merge(filled))
    spans = np.array([_span_s(bucket) for bucket in buckets])
    counts = np.array([[block.get(bucket, 0) for bucket in buckets] for block in filled], dtype=np.int64)
    pooled = counts.sum(axis=0)
    wanted = np.asarray(shares, dtype=np.float64)
    centre = _quantile_logs(pooled, spans, wanted)
    n = len(filled)
    error = None
    if n >= stats.MIN_BLOCKS:
        without = np.array([_quantile_logs(pooled - row, spans, wanted) for row in counts])
        spread = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
        error = float(stdtrit(n - 1, 1 - stats.ALPHA / 2)) * spread
    enough = [stats.enough_beyond(int(pooled.sum()), share) for share in shares]
    return [_point(float(centre[i]), None if error is None else float(error[i]), n) if enough[i] else None
            for i in range(len(wanted))]  # fmt: skip


def _span_s(bucket: int) -> tuple[float, float]:
    """Lowest and highest duration of a bucket, in seconds, from where its middle and its quarter lie."""
    middle, quarter = histogram.quantile_ns({bucket: 1}, 1.0), histogram.quantile_ns({bucket: 2}, 0.5)
    half = 2 * (middle - quarter)
    return (middle - half) / 1e9, (middle + half) / 1e9


def _quantile_logs(counts: Integers, spans: Floats, shares: Floats) -> Floats:
    """`bench.histogram.quantile_ns` in logs of seconds, for many shares."""
    total, seen = int(counts.sum()), counts.cumsum()
    ranks = np.maximum(1, np.ceil(shares * total - 1e-9))
    places = np.minimum(np.searchsorted(seen, ranks), len(counts) - 1)
    inside = (ranks - (seen[places] - counts[places]) - 0.5) / np.maximum(counts[places], 1)
    low, high = spans[places].T
    logs: Floats = np.log(np.maximum(low + (high - low) * inside, 1e-9))
    return logs


def _point(log_centre: float, log_error: float | None, blocks: int) -> Estimate:
    value = math.exp(log_centre)
    if log_error is None:
        return Estimate(value, None, None, blocks)
    return Estimate(value, math.exp(log_centre - log_error), math.exp(log_centre + log_error), blocks)
