"""Runs that were not taken in turns with each other: the ratio of their means with Welch's interval, in logs (pure).

The run is the unit, as the block is within one: what drifts on a machine from one run to the next is the same in all
blocks of a run, so blocks cannot show it, however many there are. mui/mui-public#1712 measured 2.8 % within a job and
14.8 % between jobs; a Welch test over the values within each job called 60 % of pairs of equal code different.

Runs cannot be paired and the spreads of two sides differ, so the variances are not pooled (Welch 1947; degrees of
freedom by Satterthwaite 1946).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from bench.judge import sentences
from bench.judge.stats import ALPHA
from bench.model import Estimate

MIN_RUNS = 4
"""Of either side, for an interval: the spread of three says next to nothing of the spread."""


@dataclass(frozen=True, slots=True)
class Between:
    """Ours over theirs; p is two-sided for a true ratio of 1. No interval and no p below 4 runs on either side.

    ratio: its unit is the run, so ``ratio.blocks`` counts the runs of the smaller side.
    """

    ratio: Estimate
    p: float | None

    @property
    def words(self) -> str:
        """``1.31× [1.18, 1.44]``, or the ratio and what it must not be taken for."""
        if self.ratio.low is None:
            return f"{sentences.number(self.ratio.value)}× (between runs, not paired)"
        return sentences.ratio(self.ratio)


def compare(ours: Sequence[float], theirs: Sequence[float]) -> Between | None:
    """Compare positive values, one per run; None where a side has none."""
    if not ours or not theirs:
        return None
    a, b = np.log(np.asarray(ours, dtype=np.float64)), np.log(np.asarray(theirs, dtype=np.float64))
    centre, runs = float(a.mean() - b.mean()), min(a.size, b.size)
    if runs < MIN_RUNS:
        return Between(Estimate(math.exp(centre), None, None, runs), None)
    parts = float(a.var(ddof=1)) / a.size, float(b.var(ddof=1)) / b.size
    error = math.sqrt(sum(parts))
    if error == 0:
        return Between(Estimate(math.exp(centre), math.exp(centre), math.exp(centre), runs), float(centre == 0))
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / (a.size - 1) + parts[1] ** 2 / (b.size - 1))
    half = float(stdtrit(degrees, 1 - ALPHA / 2)) * error
    return Between(
        Estimate(math.exp(centre), math.exp(centre - half), math.exp(centre + half), runs),
        float(2 * stdtr(degrees, -abs(centre) / error)),
    )
