"""A case speeds up or slows down over the rounds of its blocks, beyond what the others of its contest do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.judge import stats
from bench.judge.findings import _rounds
from bench.judge.findings._evidence import Evidence, Mark, on

DRIFT = 0.05
LEAST_ROUNDS = 4


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        for case in cases:
            relative = [_rounds.relative(trial, cases, evidence) for trial in evidence.trials(case)]
            changes = [_change(rates) for rates in relative if rates.size >= LEAST_ROUNDS]
            if len(changes) < stats.MIN_BLOCKS:
                continue
            change = stats.from_logs(changes)
            assert change.low is not None
            assert change.high is not None
            if abs(np.log(change.value)) < DRIFT or change.low <= 1 <= change.high:
                continue
            warming = change.value > 1
            yield Mark(
                "still-warming" if warming else "drifting",
                "warning",
                case.workload,
                f"{on(case)}: its last rounds in a block run at {change.value:.2f}× [{change.low:.2f}, "
                f"{change.high:.2f}] of its first, the other runners' speed taken out",
                "let it warm up: more rounds per block, --budget larger" if warming else
                "look for something that fills up or leaks (a cache, a pool, a file)",
                (case.key,),
                abs(float(np.log(change.value))),
            )  # fmt: skip


def _change(rates: _rounds.Floats) -> float:
    """Mean of the last third of the rounds less that of the first third."""
    third = max(1, rates.size // 3)
    return float(rates[-third:].mean() - rates[:third].mean())
