"""Runs that nobody measured, of any size, for paths that only read."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from bench.model import Contest, Contestant, Memory, Plan, Settings, StoredRun, TrialResult, TurnResult, WorkloadSpec

RUNNERS = ("sync", "threads", "processes", "asyncio", "uvloop")
WINDOW_S = 0.02


def plan(workloads: int, levels: Sequence[int], blocks: int) -> Plan:
    """Every runner on every workload at every concurrency."""
    settings = Settings(
        profile="default", runners=RUNNERS, baseline="sync", blocks=blocks, budget_s=150.0, seed=1,
        placement="pinned", timeout_s=20.0, margin=0.05,
    )  # fmt: skip
    specs = tuple(_spec(f"work{number}") for number in range(workloads))
    contestants = tuple(Contestant(runner) for runner in RUNNERS)
    contests = tuple(Contest(spec.label, level, contestants, {}) for spec in specs for level in levels)
    return Plan(settings, specs, contests)


def _spec(name: str) -> WorkloadSpec:
    return WorkloadSpec(
        name=name, label=name, file=f"{name}.py", module=name, class_name="Work", summary="synthetic", parameters={},
        forms=("blocking", "coroutine"), libraries={}, has_fixture=False, least_latency_s=0.0,
        default_concurrency=None, source_sha256="",
    )  # fmt: skip


def trials(made: Plan, rounds: int, seed: int = 1) -> list[TrialResult]:
    """All trials of a plan, with rates that vary from turn to turn."""
    order = random.Random(seed)
    return [
        _trial(block, contest, contestant, rounds, order)
        for block in range(made.settings.blocks)
        for contest in made.contests
        for contestant in contest.contestants
    ]


def run(made: Plan, rounds: int) -> StoredRun:
    """A complete run in memory."""
    return StoredRun(
        directory=Path(), run_id="synthetic", started="", command=(), plan=made, environment={}, stopped="completed",
        elapsed_s=made.settings.budget_s, trials=tuple(trials(made, rounds)),
    )  # fmt: skip


def _trial(block: int, contest: Contest, contestant: Contestant, rounds: int, order: random.Random) -> TrialResult:
    workers = 1 if contestant.runner == "sync" else contest.concurrency
    turns = tuple(_turn(number // 2, number % 2, order.lognormvariate(7, 0.1), workers) for number in range(2 * rounds))
    return TrialResult(
        block=block,
        workload=contest.workload,
        concurrency=contest.concurrency,
        runner=contestant.runner,
        copy=contestant.copy,
        workers=workers,
        status="measured",
        reason="",
        turns=turns,
        latency={bucket: order.randrange(1, 1000) for bucket in range(900, 1020)},
        lag={bucket: order.randrange(1, 10) for bucket in range(500, 510)},
        lag_max_s=0.001,
        memory=Memory(8 << 20, 7 << 20, 0, 1 << 20, 4 << 20, 1, workers, "synthetic"),
        memory_end=Memory(8 << 20, 7 << 20, 0, 1 << 20, 4 << 20, 1, workers, "synthetic"),
        side_window_s=0.05,
        noise={"steal_s": 0.0, "busy_s": 1.0, "pressure_s": 0.0, "swapped_bytes": 0.0, "wall_s": 1.0, "ours_s": 1.0},
        facts={"launch_s": 0.1, "open_s": 0.01, "gil": True},
    )


def _turn(number: int, position: int, ops: float, workers: int) -> TurnResult:
    return TurnResult(
        round=number, position=position, started_s=float(number), cpu=0, window_s=WINDOW_S, wall_s=WINDOW_S + 0.002,
        ops=ops, completed=int(ops), errors=0, all_ops=int(ops) + workers, latency_sum_s=WINDOW_S * workers,
        latency_max_s=0.001, late_workers=0, early=0, fairness=1.0, least_ops=int(ops / workers),
        most_ops=int(ops / workers) + 1, cpu_s=WINDOW_S, server_cpu_s=None, counters={}, op_time_s=WINDOW_S * workers,
    )  # fmt: skip
