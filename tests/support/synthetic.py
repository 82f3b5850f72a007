"""Runs made by hand, with known content, as a store would read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench import histogram
from bench.model import (
    Contest,
    Contestant,
    Memory,
    Plan,
    Settings,
    StoredRun,
    TrialResult,
    TurnResult,
    Verdict,
    WorkloadSpec,
)

RUNNERS = ("sync", "threads", "processes", "asyncio", "uvloop")
WINDOW_S = 0.1
MIB = 2**20

SETTINGS = Settings(
    profile="default", runners=("sync", "threads", "asyncio"), baseline="sync", blocks=6, budget_s=150.0, seed=1,
    placement="pinned", timeout_s=20.0, margin=0.05,
)  # fmt: skip

MIRRORED: dict[Verdict | None, Verdict | None] = {
    "faster": "slower", "slower": "faster", "equivalent": "equivalent", "inconclusive": "inconclusive", None: None,
}  # fmt: skip
"""What a verdict is, seen from the other side of the pair."""


def spec(name: str = "work", **changes: Any) -> WorkloadSpec:
    made = WorkloadSpec(
        name=name, label=name, file=f"{name}.py", module=name, class_name="Work", summary="Do something.",
        parameters={}, forms=("blocking", "coroutine"), libraries={}, has_fixture=False, least_latency_s=0.0,
        default_concurrency=None, source_sha256="0" * 64,
    )  # fmt: skip
    return replace(made, **changes)


def plan(
    runners: Sequence[str] = SETTINGS.runners,
    *,
    workload: WorkloadSpec | None = None,
    concurrency: int = 1,
    twin: bool = False,
    **changes: Any,
) -> Plan:
    """One contest, whose first runner is the baseline, and is the one that has a twin."""
    described = workload or spec()
    contestants = [Contestant(runner) for runner in runners] + [Contestant(runners[0], copy=2)] * twin
    settings = replace(SETTINGS, runners=tuple(runners), baseline=runners[0], **changes)
    return Plan(settings, (described,), (Contest(described.label, concurrency, tuple(contestants), {}),))


def turn(number: int = 0, rate: float = 1000.0, workers: int = 1, *, position: int = 0, **changes: Any) -> TurnResult:
    """A turn in which every worker was busy throughout."""
    ops = rate * WINDOW_S
    made = TurnResult(
        round=number, position=position, started_s=float(number), cpu=0, window_s=WINDOW_S, wall_s=WINDOW_S, ops=ops,
        completed=round(ops), errors=0, all_ops=round(ops), latency_sum_s=WINDOW_S * workers,
        latency_max_s=2 * workers / rate, late_workers=0, early=0, fairness=1.0, least_ops=round(ops / workers),
        most_ops=round(ops / workers), cpu_s=WINDOW_S / 2, server_cpu_s=None, counters={}, op_time_s=WINDOW_S * workers,
    )  # fmt: skip
    return replace(made, **changes) if changes else made  # simulations make a hundred thousand


def memory(total_mib: float = 10.0, method: str = "Pss_Anon + Pss_Shmem + kernel stacks + page tables") -> Memory:
    total = int(total_mib * MIB)
    return Memory(total, total, 0, 0, 0, 1, 1, method)


QUIET = {"steal_s": 0.0, "busy_s": 1.0, "ours_s": 1.0, "wall_s": 1.0, "pressure_s": 0.0, "swapped_bytes": 0.0}


def trial(
    runner: str = "sync",
    block: int = 0,
    *,
    rate: float = 1000.0,
    workers: int = 1,
    concurrency: int = 1,
    copy: int = 1,
    rounds: int = 8,
    workload: str = "work",
    turns: Sequence[TurnResult] | None = None,
    **changes: Any,
) -> TrialResult:
    """A trial whose rate wobbles by some 1 % from block to block, differently for each runner."""
    own = np.random.default_rng([block, copy, *map(ord, runner)])
    level = rate * float(np.exp(own.normal(0, 0.01)))
    made = TrialResult(
        block=block, workload=workload, concurrency=concurrency, runner=runner, copy=copy, workers=workers,
        status="measured", reason="",
        turns=tuple(turns) if turns is not None else tuple(
            turn(n, level * float(np.exp(own.normal(0, 0.01))), workers) for n in range(rounds)
        ),
        latency=histogram.count(np.full(1000, int(1e9 * workers / rate))),
        lag=histogram.count(np.full(10, 100_000)), lag_max_s=0.0002, memory=memory(), memory_end=memory(),
        noise=dict(QUIET), facts={"gil": True, "launch_s": 0.1, "open_s": 0.01} | (
            {"loop": "asyncio.unix_events._UnixSelectorEventLoop"} if runner == "asyncio" else {}
        ),
    )  # fmt: skip
    return replace(made, **changes)


def of_turns(runner: str, block: int, turns: Sequence[TurnResult], workload: str = "work") -> TrialResult:
    """A trial of which nothing but its turns is known: made in no time, for simulations that need thousands."""
    return TrialResult(block, workload, 1, runner, 1, 1, "measured", "", tuple(turns))


def completed(made: Plan, trials: Iterable[TrialResult], environment: dict[str, Any] | None = None) -> StoredRun:
    """The run of a plan, with all its trials."""
    return StoredRun(
        directory=Path(), run_id="synthetic", started="2026-01-01T00:00:00+00:00", command=("bench", "run"), plan=made,
        environment={"cpus": 2, "memory_bytes": 8 * 2**30, "free_threaded_build": False, **(environment or {})},
        stopped="completed", elapsed_s=10.0, trials=tuple(trials),
    )  # fmt: skip


def run(
    make: Callable[[str, int], TrialResult] = trial,
    *,
    runners: Sequence[str] = SETTINGS.runners,
    blocks: int = 6,
    workload: WorkloadSpec | None = None,
    concurrency: int = 1,
    twin: Callable[[int], TrialResult] | None = None,
    environment: dict[str, Any] | None = None,
) -> StoredRun:
    """One contest. ``make(runner, block)`` gives each trial."""
    made = plan(runners, workload=workload, concurrency=concurrency, twin=twin is not None, blocks=blocks)
    trials = [make(runner, block) for block in range(blocks) for runner in runners]
    if twin is not None:
        trials += [twin(block) for block in range(blocks)]
    label = made.workloads[0].label
    return completed(made, [replace(t, workload=label, concurrency=concurrency) for t in trials], environment)
