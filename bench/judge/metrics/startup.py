"""Start-up: from the launch of a process until its workers stand ready."""

from __future__ import annotations

from bench.judge.metrics.metric import mean_of_blocks
from bench.model import TrialResult


def _startup_s(trial: TrialResult) -> float | None:
    return float(trial.facts.get("launch_s", 0.0) + trial.facts.get("open_s", 0.0))


METRICS = (mean_of_blocks("startup_s", "start-up", "s", "resources", _startup_s, "not timed"),)
