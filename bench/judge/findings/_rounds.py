"""The speeds of a trial round by round, alone and beside those of its contest; shared by findings about pace."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bench.judge.findings._evidence import Evidence
from bench.model import CaseSummary, TrialResult

Floats = npt.NDArray[np.float64]


def relative(trial: TrialResult, cases: Sequence[CaseSummary], evidence: Evidence) -> Floats:
    """Log rates of a trial's rounds, less the median log rate of all contestants in the same round of its block."""
    peers = [logs(other) for case in cases for other in evidence.trials(case) if other.block == trial.block]
    own = logs(trial)
    return np.array([own[n] - np.median([peer[n] for peer in peers if n in peer]) for n in sorted(own)])


def logs(trial: TrialResult) -> dict[int, float]:
    """Round -> mean log rate of its turns."""
    rates: dict[int, list[float]] = {}
    for turn in trial.turns:
        if turn.ops > 0:
            rates.setdefault(turn.round, []).append(float(np.log(turn.ops / turn.window_s)))
    return {number: float(np.mean(values)) for number, values in rates.items()}
