"""What the pairs of a workload tell about each other's noise (pure).

Six blocks give a variance five degrees of freedom, and Student's t must allow for the chance that they were calm ones.
The pairs of one contest do the same work on the same machine, so their variances are alike, though not equal: how
alike, is read from how they scatter. Each pair's variance is then drawn towards the common one, which counts as so many
further degrees of freedom (empirical Bayes; Smyth 2004, "Linear models and empirical Bayes methods", 6.2 and 6.3).

In simulations (tests) intervals over a workload's pairs cover 94 to 95 % and are 14 % narrower. The price is paid by a
contestant that is much noisier than the rest: of one six times as noisy they cover 90 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy

LEAST_PAIRS = 6
MOST_DEGREES = 5.0
"""Pairs of a contest share contestants, so their variances scatter less than independent ones would; however alike they
seem, the common one never counts for more than a pair's own."""
_TINY = 1e-12


class Prior(NamedTuple):
    """The common variance, and the degrees of freedom that it is worth."""

    variance: float
    degrees: float


def prior_of(samples: Sequence[Sequence[float]]) -> Prior | None:
    """The prior of the pairs of a workload; None where they are too few, or too unlike.

    Args:
        samples: one log ratio per block for each pair; pairs with another number of blocks than most are left out.
    """
    sizes = [len(sample) for sample in samples if len(sample) > 2]
    if not sizes:
        return None
    usual = max(set(sizes), key=sizes.count)
    variances = [float(np.var(sample, ddof=1)) for sample in samples if len(sample) == usual]
    logs = np.log(np.maximum(variances, _TINY))
    if len(logs) < LEAST_PAIRS:
        return None
    half = (usual - 1) / 2
    centred = logs - scipy.special.psi(half) + math.log(half)
    beyond_chance = float(centred.var(ddof=1) - scipy.special.polygamma(1, half))
    degrees = min(2 * _inverse_trigamma(beyond_chance), MOST_DEGREES) if beyond_chance > 0 else MOST_DEGREES
    if degrees < 0.5:
        return None
    return Prior(
        math.exp(float(centred.mean()) + float(scipy.special.psi(degrees / 2)) - math.log(degrees / 2)), degrees
    )


def _inverse_trigamma(value: float) -> float:
    """The x at which the trigamma function has this value, by Newton's method (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(scipy.special.polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(scipy.special.polygamma(2, x))
        x += step
        if -step / x < 1e-8:
            break
    return x


def moderated(variance: float, degrees: int, prior: Prior | None) -> tuple[float, float]:
    """A pair's variance drawn towards the common one, and its degrees of freedom."""
    if prior is None:
        return variance, degrees
    together = degrees + prior.degrees
    return (degrees * variance + prior.degrees * prior.variance) / together, together
