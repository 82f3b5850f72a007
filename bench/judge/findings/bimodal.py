"""A case has two speeds and nothing between them, the machine's own phases taken out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.judge.findings import _rounds
from bench.judge.findings._evidence import Evidence, Mark, on

LEVELS_APART = 0.10
"""Natural log of the factor between two levels of speed that is worth telling."""
OTSU = 0.85
"""Share of the variance that a split in two explains; 0.64 for a normal, 0.75 for an even spread, 1 for two points."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        for case in cases:
            parts = [_rounds.relative(trial, cases, evidence) for trial in evidence.trials(case)]
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


def split(values: _rounds.Floats) -> tuple[float, float, float]:
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
