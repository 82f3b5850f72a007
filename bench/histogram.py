"""Log-linear histograms of durations in nanoseconds, as a dict from bucket to count.

Below 256 ns a bucket is one nanosecond; above, each power of two is cut into 128 buckets, so a bucket is at most
1/128 (0.8 %) wide and a quantile interpolated in it is closer than that. Histograms merge exactly, by adding counts.
The layout is HdrHistogram's with 7 bits of precision; see hdrhistogram.org.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

_BITS = 7
SUB_BUCKETS = 1 << _BITS
_LINEAR = 2 << _BITS  # up to here a bucket is one nanosecond wide

Histogram = dict[int, int]


def count(durations_ns: npt.NDArray[np.int64]) -> Histogram:
    """Sort durations (any shape, each >= 0) into buckets."""
    if durations_ns.size == 0:
        return {}
    _, exponents = np.frexp(durations_ns.astype(np.float64))
    shifts = np.maximum(exponents.astype(np.int64) - (_BITS + 1), 0)
    buckets = (shifts << _BITS) + (durations_ns.astype(np.int64) >> shifts)
    values, counts = np.unique(buckets, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def merge(histograms: Iterable[Mapping[int, int]]) -> Histogram:
    """Add histograms; the result is that of all their durations together."""
    total: Histogram = {}
    for histogram in histograms:
        for bucket, number in histogram.items():
            total[bucket] = total.get(bucket, 0) + number
    return total


def middle_ns(bucket: int) -> float:
    """The middle of a bucket, in nanoseconds."""
    return _low_ns(bucket) + (_width_ns(bucket) - 1) / 2


def _width_ns(bucket: int) -> int:
    return 1 << max((bucket >> _BITS) - 1, 0)


def _low_ns(bucket: int) -> int:
    shift = max((bucket >> _BITS) - 1, 0)
    return (bucket - (shift << _BITS)) << shift


def quantile_ns(histogram: Mapping[int, int], q: float) -> float:
    """The duration, in nanoseconds, that a share ``q`` of all durations does not exceed (inverse of the ECDF).

    Raises:
        ValueError: the histogram is empty.
    """
    total = sum(histogram.values())
    if total == 0:
        raise ValueError("an empty histogram has no quantiles")
    rank = max(1, int(np.ceil(q * total - 1e-9)))
    seen = 0
    for bucket in sorted(histogram):
        number = histogram[bucket]
        if seen + number >= rank:  # interpolated, or leaving out a block would often change nothing
            return _low_ns(bucket) + (_width_ns(bucket) - 1) * (rank - seen - 0.5) / number
        seen += number
    raise AssertionError("counts do not add up")
