"""Latency and memory of the pairs of a contest, judged with the care that throughput gets (pure).

Memory is paired block by block. A percentile of one block would be biased where the block has few ops for it, so its
ratio is that of the percentiles over all blocks, with a jackknife that leaves the same block out on both sides (Tukey
1958). Holm holds over the pairs of a contest, for each metric by itself: each is a question of its own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.judge import metrics, stats
from bench.judge.metrics.latency import PERCENTILES
from bench.model import Beside, Comparison, Trend, TrialResult

MEMORY = "memory_bytes"
LATENCY = {"latency_p50_ms": PERCENTILES["p50"], "latency_p99_ms": PERCENTILES["p99"]}
METRICS = (*LATENCY, MEMORY)


def of_pair(ours: Sequence[TrialResult], theirs: Sequence[TrialResult], confidence: float) -> dict[str, Beside]:
    """What can be told of one pair, by the name of the metric; not judged yet.

    Args:
        ours, theirs: the trials of the blocks that both have, in the same order.
    """
    found = {}
    for name, q in LATENCY.items():
        told = stats.percentile_ratio([one.latency for one in ours], [one.latency for one in theirs], q, confidence)
        if told is not None:
            found[name] = Beside(*told, None)
    held = metrics.named(MEMORY).per_block
    assert held is not None
    both = [(a, b) for mine, other in zip(ours, theirs, strict=True) if (a := held(mine)) and (b := held(other))]
    if both:
        logs = [math.log(a / b) for a, b in both]
        found[MEMORY] = Beside(stats.from_logs(logs, confidence), stats.p_value(logs), None)
    return found


def judged(pairs: Sequence[Comparison], margin: float, alphas: Mapping[tuple[str, int], float]) -> list[Comparison]:
    """The same unordered pairs, with a verdict on each metric. Args: alphas: of each contest, as for throughput."""
    families: dict[object, dict[object, float]] = defaultdict(dict)
    for i, pair in enumerate(pairs):
        for name, told in pair.beside.items():
            if told.p is not None and pair.copy == 1:
                families[pair.workload, pair.concurrency, name][i, name] = told.p
    adjusted = {key: p for family in families.values() for key, p in stats.holm(family).items()}
    found = []
    for i, pair in enumerate(pairs):
        alpha = alphas[pair.workload, pair.concurrency]
        own = {name: _judged(one, adjusted.get((i, name), one.p), margin, alpha) for name, one in pair.beside.items()}
        found.append(replace(pair, beside=own))
    return found


def _judged(one: Beside, p: float | None, margin: float, alpha: float) -> Beside:
    verdict = stats.verdict(one.ratio, p, margin, alpha=alpha)
    return Beside(one.ratio, p, None if verdict is None else _TRENDS[verdict])


_TRENDS: dict[str, Trend] = {
    "faster": "higher", "slower": "lower", "equivalent": "equivalent", "inconclusive": "inconclusive",
}  # fmt: skip
_TURNED: dict[Trend | None, Trend | None] = {"higher": "lower", "lower": "higher"}


def turned(beside: Mapping[str, Beside]) -> dict[str, Beside]:
    """The same from the other side of the pair."""
    return {
        name: Beside(one.ratio.inverse(), one.p, _TURNED.get(one.verdict, one.verdict)) for name, one in beside.items()
    }


def withheld(beside: Mapping[str, Beside]) -> dict[str, Beside]:
    """The same without a verdict."""
    return {name: replace(one, verdict=None) for name, one in beside.items()}
