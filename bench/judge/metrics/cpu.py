"""CPU time of the process tree: per op, and per second."""

from __future__ import annotations

from bench.judge import passes
from bench.judge.metrics.metric import mean_of_blocks
from bench.model import TrialResult


def _per_op_s(trial: TrialResult) -> float | None:
    return passes.quotient(trial, lambda turn: turn.cpu_s, lambda turn: turn.all_ops)


def _cores(trial: TrialResult) -> float | None:
    return passes.quotient(trial, lambda turn: turn.cpu_s, lambda turn: turn.wall_s)


METRICS = (
    mean_of_blocks("cpu_s_per_op", "CPU time per 1,000 ops", "s per op", "resources", _per_op_s),
    mean_of_blocks("cores_used", "cores used", "cores", "resources", _cores),
)
