"""A run of odd values, none of them a default: whatever gets lost on its way to the disk is missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.model import (
    Absence,
    Contest,
    Contestant,
    Memory,
    Plan,
    Settings,
    Trace,
    TrialResult,
    TurnResult,
    WorkloadSpec,
)
from bench.results.store import Store

ENVIRONMENT: dict[str, Any] = {"python": "3.13", "cpus": 2, "libraries": {"uvloop": None}, "flags": [1, 2.5, True]}


def spec(name: str, **changes: Any) -> WorkloadSpec:
    made = WorkloadSpec(
        name=name, label=name, file=f"{name}.py", module=f"workloads.{name}", class_name=name.title(),
        summary="Waits - ünïcode too.", parameters={"duration_ms": 10, "ratio": 0.1, "on": True, "text": "a\nb"},
        forms=("blocking", "coroutine"), libraries={"blocking": "urllib3"}, has_fixture=True, least_latency_s=0.01,
        default_concurrency=(1, 8), source_sha256="0" * 64, runs_while_parked=True, is_floor=True,
        missing={"coroutine": "httpx2 is not installed: pip install httpx2"},
    )  # fmt: skip
    return replace(made, **changes)


PLAN = Plan(
    Settings(
        profile="default", runners=("sync", "threads", "uvloop"), baseline="sync", blocks=6, budget_s=150.0, seed=7,
        placement="pinned", timeout_s=30.0, margin=0.05, twins=False, precision=0.02, further_blocks=18,
        batch_ops=500, cold=True, load="open",
    ),
    (spec("sleep"), spec("noop", default_concurrency=None, forms=("blocking",), libraries={})),
    (
        Contest("sleep", 1, (Contestant("sync"), Contestant("threads")), {"uvloop": Absence("unavailable", "missing")}),
        Contest("sleep", 8, (Contestant("sync"), Contestant("threads"), Contestant("threads", 2)), {}),
        Contest("noop", 1, (Contestant("sync", 2, (("text", "b"), ("on", False))),), {}, load="open"),
    ),
)  # fmt: skip

TURN = TurnResult(
    round=0, position=3, started_s=1.7e9 + 0.123, cpu=1, window_s=0.05, wall_s=0.061, ops=12.25, completed=12,
    errors=1, all_ops=20, latency_sum_s=0.1 + 0.2, latency_max_s=1e-9, late_workers=0, early=0, fairness=1 / 3,
    least_ops=1, most_ops=7, cpu_s=0.0, server_cpu_s=None, counters={"requests": 12, "in_flight_max": 3},
    op_time_s=0.049,
)  # fmt: skip

MEMORY = Memory(10, 9, 1, 0, 5, 1, 3, "Pss_Anon", typical_bytes=8, readings=4, ops_seen=12.5)


def trial(block: int, workload: str, concurrency: int, runner: str, copy: int = 1, **changes: Any) -> TrialResult:
    made = TrialResult(
        block, workload, concurrency, runner, copy, workers=concurrency, status="measured", reason="",
        turns=(TURN, replace(TURN, round=1, cpu=None, server_cpu_s=0.25)), latency={0: 1, 900: 12}, lag={5: 2},
        lag_max_s=0.001, memory=MEMORY, memory_begin=replace(MEMORY, anon_bytes=7),
        memory_end=replace(MEMORY, anon_bytes=11),
        messages={"OSError: ünïcode  “quoted”": 2}, counters={"requests": 5}, side_window_s=0.02,
        noise={"steal_s": 0.0, "busy_s": 1.5, "wall_s": 2.0, "ours_s": 1.0},
        facts={"loop": None, "gil": True, "open_s": 0.5}, trace=Trace(5, 50, ((0, 12, 40), ()), ((1,), ())),
    )  # fmt: skip
    return replace(made, **changes)


def bout(block: int, workload: str) -> list[TrialResult]:
    """All trials of one workload in one block, as the plan has them."""
    return [
        trial(block, workload, contest.concurrency, who.runner, who.copy)
        for contest in PLAN.contests_of(workload)
        for who in contest.contestants
    ]


def stored(results: Path, *bouts: Sequence[TrialResult]) -> Store:
    made = Store.create(results, PLAN, ENVIRONMENT, ["bench", "run"])
    for trials in bouts:
        made.append(trials)
    return made


def lines(directory: Path) -> list[str]:
    return (directory / "trials.jsonl").read_text().splitlines()
