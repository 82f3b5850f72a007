"""A case has two speeds and nothing between them, beside the steadiest of its contest as well as on its own.

What the machine does to all (its phases) leaves the first, what a steady companion does leaves the second, and what one
CPU does differently from the next is taken out of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from bench.judge import passes
from bench.judge.findings import _pace
from bench.judge.findings._evidence import Evidence, Mark, on
from bench.judge.findings._pace import Logs
from bench.model import CaseSummary

LEVELS_APART = 0.10
"""Natural log of the factor between two levels of speed that is worth telling."""
OTSU = 0.85
"""Share of the variance that a split in two explains; 0.64 for a normal, 0.75 for an even spread, 1 for two points."""
LEAST_TURNS = 48
"""With half as many, noise alone falls in two in 1 contest of 100."""

Floats = npt.NDArray[np.float64]


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        rates = {case.runner: _pace.of_case(case, evidence).rate for case in cases}
        alone = {case.runner: _levelled(rates[case.runner], case, evidence) for case in cases}
        steadiest = min(cases, key=lambda case: float(alone[case.runner].std()) if alone[case.runner].size else np.inf)
        for case in cases:
            if case is steadiest or alone[case.runner].size < LEAST_TURNS:
                continue
            beside = _levelled(_pace.less(rates[case.runner], rates[steadiest.runner]), case, evidence)
            explained, gap, share = split(beside)
            if not (_apart(split(alone[case.runner])) and _apart((explained, gap, share))):
                continue
            yield Mark(
                "bimodal",
                "warning",
                case.workload,
                f"{on(case)}: two speeds a factor {np.exp(gap):.2f} apart, {share:.0%} of the turns at the slower; "
                f"the split explains {explained:.0%} of the variance",
                "look for two code paths (a cache that hits or not, a lock that is free or not); the mean is neither",
                (case.key,),
                gap,
            )


def _apart(found: tuple[float, float, float]) -> bool:
    explained, gap, share = found
    return explained > OTSU and gap > LEVELS_APART and 0.2 <= share <= 0.8


def _levelled(blocks: Mapping[int, Logs], case: CaseSummary, evidence: Evidence) -> Floats:
    """All logs of a case, less the mean of those taken on the same CPU."""
    by_cpu: dict[int | None, list[float]] = {}
    for trial in evidence.trials(case):
        for name, turn in passes.turns(trial).items():
            if name in blocks.get(trial.block, {}):
                by_cpu.setdefault(turn.cpu, []).append(blocks[trial.block][name])
    return np.concatenate([np.array(logs) - np.mean(logs) for logs in by_cpu.values()] or [np.array([])])


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
