"""Memory of the process tree under load: the most it held in its memory turn, and what it held half of the time."""

from __future__ import annotations

from bench.judge.metrics.metric import mean_of_blocks
from bench.model import TrialResult


def _held(trial: TrialResult) -> float | None:
    return float(trial.memory.total_bytes) if trial.memory else None


def _typically(trial: TrialResult) -> float | None:
    typical = trial.memory.typical_bytes if trial.memory else None
    return None if typical is None else float(typical)


METRICS = (
    mean_of_blocks("memory_bytes", "memory, most", "bytes", "resources", _held),
    mean_of_blocks("memory_typical_bytes", "memory, typical", "bytes", "resources", _typically),
)
