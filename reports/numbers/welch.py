"""Two runs that share no blocks: the ratio of their means with Welch's interval, in logs (pure).

Blocks of different runs cannot be paired, and their spreads differ, so the two variances are not pooled
(Welch 1947; degrees of freedom by Satterthwaite 1946).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from bench.judge.stats import ALPHA, MIN_BLOCKS
from bench.model import Estimate


@dataclass(frozen=True, slots=True)
class Between:
    """Ours over theirs; p is two-sided for a true ratio of 1. No interval and no p below 6 blocks on either side."""

    ratio: Estimate
    p: float | None


def compare(ours: Sequence[float], theirs: Sequence[float]) -> Between | None:
    """Compare positive values, one per block; None where a side has none."""
    if not ours or not theirs:
        return None
    a, b = np.log(np.asarray(ours, dtype=np.float64)), np.log(np.asarray(theirs, dtype=np.float64))
    centre, blocks = float(a.mean() - b.mean()), min(a.size, b.size)
    if blocks < MIN_BLOCKS:
        return Between(Estimate(math.exp(centre), None, None, blocks), None)
    parts = float(a.var(ddof=1)) / a.size, float(b.var(ddof=1)) / b.size
    error = math.sqrt(sum(parts))
    if error == 0:
        return Between(Estimate(math.exp(centre), math.exp(centre), math.exp(centre), blocks), float(centre == 0))
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / (a.size - 1) + parts[1] ** 2 / (b.size - 1))
    half = float(stdtrit(degrees, 1 - ALPHA / 2)) * error
    return Between(
        Estimate(math.exp(centre), math.exp(centre - half), math.exp(centre + half), blocks),
        float(2 * stdtr(degrees, -abs(centre) / error)),
    )
