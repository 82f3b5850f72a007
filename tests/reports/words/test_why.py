"""Clauses that explain a ranking: each stands with its number, and goes when its number does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.model import TrialResult
from reports.numbers.index import Index
from reports.words import why
from tests.support import runs

Change = Callable[[TrialResult], TrialResult]


def one_core(trial: TrialResult) -> TrialResult:
    return runs.in_every_turn(trial, cpu_s=0.11) if trial.runner == "threads" else trial


def many_cores(trial: TrialResult) -> TrialResult:
    return runs.in_every_turn(trial, cpu_s=0.2) if trial.runner == "processes" else trial


def busy_server(trial: TrialResult) -> TrialResult:
    return runs.in_every_turn(trial, server_cpu_s=0.106)


def idle_server(trial: TrialResult) -> TrialResult:
    return runs.in_every_turn(trial, server_cpu_s=0.05)


def late(trial: TrialResult) -> TrialResult:
    return replace(trial, lag={bucket + 64 * 8: count for bucket, count in trial.lag.items()})


def hindered(trial: TrialResult) -> TrialResult:
    return runs.in_every_turn(trial, cpu_s=trial.turns[0].all_ops * 1e-5 * (3 if trial.concurrency > 1 else 1))


def unequal(trial: TrialResult) -> TrialResult:
    return runs.in_every_turn(trial, fairness=0.4)


def early(trial: TrialResult) -> TrialResult:
    return runs.in_every_turn(trial, early=3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (one_core, "threads hold each other up at the interpreter lock (GIL)"),
        (many_cores, "it computes on several CPUs"),
        (busy_server, "The server is busy 96 % of a core"),
        (late, "late (p"),
        (hindered, "workers hinder each other"),
        (unequal, "unequal shares (Jain's index 0.4"),
        (early, "its timers round down"),
    ],
)
def test_a_clause_stands_with_its_number_and_falls_without(
    make: Callable[..., Index], change: Change, said: str
) -> None:
    assert any(said in clause for clause in why.of_workload(make(change), "nap"))
    assert not any(said in clause for clause in why.of_workload(make(), "nap"))


def test_a_server_with_time_left_is_not_blamed(make: Callable[..., Index]) -> None:
    assert not any("server is busy" in clause for clause in why.of_workload(make(idle_server), "nap"))


def test_free_threading_is_not_blamed_on_the_lock(make: Callable[..., Index]) -> None:
    assert not any("GIL" in clause for clause in why.of_workload(make(one_core, environment={"gil": False}), "nap"))


def test_clauses_that_need_an_interval_are_silent_below_six_blocks(make: Callable[..., Index]) -> None:
    assert not any("GIL" in clause for clause in why.of_workload(make(one_core, blocks=5), "nap"))


def test_the_library_is_named(make: Callable[..., Index]) -> None:
    assert any("urllib3 (blocking) and aiohttp (coroutine)" in clause for clause in why.of_workload(make(), "nap"))
