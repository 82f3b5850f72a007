"""What each further worker of a runner holds in memory (pure)."""

from __future__ import annotations

from bench.judge import metrics
from reports.numbers import blocks, units
from reports.numbers.index import Index


def told(index: Index, workload: str) -> str:
    """``threads 41.2 [40.8, 41.6] KiB, …``: the slope between the least and the most workers, paired by block."""
    parts = []
    for runner in index.runners:
        held = [
            (level, blocks.values(index.trials.get((workload, level, runner, 1), ()), metrics.named("memory_bytes")))
            for level in index.levels(workload)
        ]
        held = [(level, values) for level, values in held if values]
        if runner in index.serial or len(held) < 2:
            continue
        (low, small), (high, large) = held[0], held[-1]
        slope = blocks.per_worker(small, large, high - low)
        if slope:
            parts.append(f"{runner} {units.estimate(slope, units.bytes_scale)}")
    return ", ".join(parts)
