"""A measured race -> rows of pytest-benchmark: its table, JSON, storage, groups and --benchmark-compare read them."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_benchmark.stats import Metadata

from bench.api import Run
from bench.judge import metrics
from bench.model import CaseSummary, TrialResult

OPTIONS = {
    "disable_gc": False, "timer": time.perf_counter, "min_rounds": 1, "max_time": 0.0, "min_time": 0.0, "warmup": True,
}  # fmt: skip


def report(request: pytest.FixtureRequest, run: Run) -> None:
    """One row per case that was measured: a round is a turn, its time the window over the ops in it."""
    for case in run.summary.cases:
        trials = [
            trial
            for trial in run.stored.trials
            if (trial.runner, trial.concurrency, trial.copy) == (case.runner, case.concurrency, case.copy)
        ]
        turns = [turn for trial in trials for turn in trial.turns if turn.ops]
        if not turns or case.copy != 1:
            continue
        row: Any = Metadata(  # type: ignore[no-untyped-call]
            _row(request, case, trials), iterations=max(1, round(turns[0].ops)), options=dict(OPTIONS)
        )
        for turn in turns:
            row.stats.update(turn.window_s / turn.ops)
        request.config._benchmarksession.benchmarks.append(row)  # type: ignore[attr-defined]  # noqa: SLF001


def _row(request: pytest.FixtureRequest, case: CaseSummary, trials: list[TrialResult]) -> SimpleNamespace:
    node = request.node
    mark = node.get_closest_marker("benchmark")
    callspec = getattr(node, "callspec", None)
    name = f"{case.runner}, C = {case.concurrency}"
    return SimpleNamespace(
        name=f"{node.name}: {name}",
        fullname=f"{node.nodeid}: {name}",
        group=(mark.kwargs.get("group") if mark else None) or node.nodeid,
        param=callspec.id if callspec else None,
        params={**(callspec.params if callspec else {}), "runner": case.runner, "concurrency": case.concurrency},
        extra_info=_extra(case, trials),
        cprofile_stats=None,
        has_error=False,
    )


def _extra(case: CaseSummary, trials: list[TrialResult]) -> dict[str, Any]:
    """Every metric that was measured, with its interval, and tasks that ops have left behind."""
    told: dict[str, Any] = {"runner": case.runner, "concurrency": case.concurrency, "blocks": case.blocks}
    for metric in metrics.ALL:
        found = case[metric.name]
        if found is not None:
            told[metric.name] = {"value": found.value, "low": found.low, "high": found.high}
    left = max((int(trial.facts.get("tasks_left", 0)) for trial in trials), default=0)
    return told | ({"tasks_left": left} if left else {})
