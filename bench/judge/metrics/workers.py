"""Do the workers work: all the time, and all of them?"""

from __future__ import annotations

from collections.abc import Sequence

from bench.judge.metrics.metric import plain
from bench.model import TrialResult


def _little(trials: Sequence[TrialResult]) -> float | None:
    """Throughput x mean latency / workers (Little's law): the share of time in which workers were in an op.

    1 when every worker was busy all the time; None with failed ops, whose time is in no latency.
    """
    turns = [turn for trial in trials for turn in trial.turns]
    window_s = sum(turn.window_s for turn in turns)
    if not window_s or any(turn.errors for turn in turns):
        return None
    return sum(turn.op_time_s for turn in turns) / window_s / trials[0].workers


def _fairness(trials: Sequence[TrialResult]) -> float | None:
    turns = [turn for trial in trials for turn in trial.turns]
    return sum(turn.fairness for turn in turns) / len(turns) if turns else None


METRICS = (
    plain("little", "time in ops", "share", "resources", _little, "not known"),
    plain("fairness", "fairness of workers", "factor", "resources", _fairness, "not known"),
)
