"""Memory of the process tree under load."""

from __future__ import annotations

from bench.judge.metrics.metric import mean_of_blocks
from bench.model import TrialResult


def _held(trial: TrialResult) -> float | None:
    return float(trial.memory.total_bytes) if trial.memory else None


METRICS = (mean_of_blocks("memory_bytes", "memory", "bytes", "resources", _held),)
