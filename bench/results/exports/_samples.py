"""Seconds per op of every turn: the samples of formats whose tools know samples of time and nothing of concurrency."""

from __future__ import annotations

from collections.abc import Iterator

from bench.model import CaseSummary, StoredRun, Summary


def of(run: StoredRun, summary: Summary) -> Iterator[tuple[CaseSummary, list[list[float]]]]:
    """Each measured case with its seconds per op: a list per block, in it one per turn that has any ops."""
    for case in summary.cases:
        if case.copy != 1 or case["throughput_per_s"] is None:
            continue
        blocks = [
            [turn.window_s / turn.ops for turn in trial.turns if turn.ops > 0]
            for trial in run.trials
            if (trial.workload, trial.concurrency, trial.runner, trial.copy) == (*case.key, 1)
        ]
        yield case, [block for block in blocks if block]


def name(case: CaseSummary) -> str:
    """``http[threads,c=64]``."""
    return f"{case.workload}[{case.runner},c={case.concurrency}]"
