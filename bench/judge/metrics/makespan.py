"""How long a batch takes: from the call until the last result is there."""

from __future__ import annotations

from bench.judge import passes
from bench.judge.metrics.metric import mean_of_blocks
from bench.model import TrialResult


def _makespan_s(trial: TrialResult) -> float | None:
    """Seconds of its ops at the typical rate; None for a load that goes on."""
    ops, rate = trial.facts.get("batch_ops"), passes.typical_rate(trial)
    return ops / rate if ops and rate else None


METRICS = (mean_of_blocks("makespan_s", "makespan", "s", "throughput", _makespan_s, "no batch"),)
