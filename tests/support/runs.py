"""Whole runs made by hand: several workloads, runners and concurrencies, on disk as a session leaves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import bench
from bench import histogram
from bench.model import Absence, Contest, Contestant, Memory, Plan, StoredRun, TrialResult, TurnResult, WorkloadSpec
from bench.results.store import Store
from reports.numbers import index
from tests.support import synthetic
from tests.support.synthetic import RUNNERS, SETTINGS, WINDOW_S

MOST_PROCESSES = 16
MACHINE: dict[str, Any] = {
    "cpu_model": "Imaginary 3000", "cpus": 2, "cpu_limit": None, "memory_bytes": 16 * 2**30,
    "memory_limit_bytes": None, "system": "Linux", "kernel": "6.1", "machine": "x86_64", "python": "3.12.1",
    "implementation": "CPython", "gil": True, "libraries": {"uvloop": "0.21"}, "deadheat": "0.1.0",
    "free_threaded_build": False,
}  # fmt: skip

Change = Callable[[TrialResult], TrialResult | None]
"""Edits a trial; None drops it."""


@dataclass(frozen=True)
class Shape:
    """How big a run is and what is special about it."""

    workloads: Sequence[str] = ("nap", "sums")
    runners: Sequence[str] = RUNNERS
    levels: Sequence[int] = (1, 8, 64)
    blocks: int = 6
    planned_blocks: int | None = None
    turns: int = 4
    stopped: str = "completed"
    unavailable: Mapping[str, str] | None = None
    twins: bool = False
    change: Change | None = None
    environment: Mapping[str, Any] | None = None
    speed: float = 1.0
    started: str = "2026-01-02T03:04:05+00:00"
    seed: int = 1
    floors: Sequence[str] = ()


def write(directory: Path, shape: Shape) -> Path:
    """Write a run of that shape into a directory of its own."""
    directory.mkdir(parents=True, exist_ok=True)
    plan = _plan(shape)
    run = StoredRun(
        directory, directory.name, shape.started, ("bench", "run", "--seed", str(shape.seed)), plan,
        {**MACHINE, **(shape.environment or {})}, "running", 0.0,
    )  # fmt: skip
    store = Store(run)
    trials = [
        changed
        for block in range(shape.blocks)
        for contest in plan.contests
        for contestant in contest.contestants
        if (changed := (shape.change or (lambda one: one))(_trial(shape, block, contest, contestant))) is not None
    ]
    store.append(trials)
    store.finish(shape.stopped, 150.0)
    return directory


def write_side(directory: Path, letter: str, shapes: Sequence[Shape], hours: Sequence[int] | None = None) -> list[Path]:
    """Runs of one side; without hours they alternate with those of the other side."""
    first = "AB".index(letter)
    return [
        write(
            directory / f"{letter}{number}",
            replace(shape, seed=2 * number + first, started=f"2026-01-02T{hour:02d}:00:00+00:00"),
        )
        for number, (shape, hour) in enumerate(
            zip(shapes, hours or range(first, first + 2 * len(shapes), 2), strict=True)
        )
    ]


def indexed(directory: Path, shape: Shape) -> index.Index:
    """The run as the report sees it."""
    return index.of(bench.load(write(directory, shape)))


def _plan(shape: Shape) -> Plan:
    settings = replace(
        SETTINGS, runners=tuple(shape.runners), baseline=shape.runners[0], blocks=shape.planned_blocks or shape.blocks,
        seed=shape.seed,
    )  # fmt: skip
    return Plan(
        settings,
        tuple(_spec(name, is_floor=name in shape.floors) for name in shape.workloads),
        tuple(_contest(shape, name, level) for name in shape.workloads for level in shape.levels),
    )


def _spec(name: str, *, is_floor: bool) -> WorkloadSpec:
    return synthetic.spec(
        name, summary=f"What {name} does in one sentence.", parameters={"size": 1024, "deep": False},
        libraries={"blocking": "urllib3", "coroutine": "aiohttp"}, has_fixture=True, least_latency_s=0.005,
        is_floor=is_floor,
    )  # fmt: skip


def _contest(shape: Shape, workload: str, level: int) -> Contest:
    absent = {
        runner: Absence("unavailable", why)
        for runner, why in (shape.unavailable or {}).items()
        if runner in shape.runners
    }
    if level > MOST_PROCESSES and "processes" in shape.runners:
        absent["processes"] = Absence("over limit", f"{level} processes on 2 CPUs: at most {MOST_PROCESSES} are run")
    there = [Contestant(runner) for runner in shape.runners if runner not in absent]
    if shape.twins and level == shape.levels[0]:
        there.append(Contestant(there[0].runner, copy=2))
    return Contest(workload, level, tuple(there), absent)


def _rate(shape: Shape, workload: str, runner: str, level: int) -> float:
    """The true rate: waits overlap in even workloads, sums are computed one after the other in odd ones."""
    workers = 1 if runner == "sync" else level
    single = {"threads": 0.97, "processes": 0.99, "asyncio": 0.9, "uvloop": 1.02}.get(runner, 1.0)
    if list(shape.workloads).index(workload) % 2:
        return float(1800.0 * single * (min(workers, 2) if runner == "processes" else 1) * shape.speed)
    return float(97.0 * single * workers**0.97 * shape.speed)


def _trial(shape: Shape, block: int, contest: Contest, contestant: Contestant) -> TrialResult:
    runner, level = contestant.runner, contest.concurrency
    own = np.random.default_rng([shape.seed, block, level, contestant.copy, *map(ord, runner + contest.workload)])
    workers = 1 if runner == "sync" else level
    true = _rate(shape, contest.workload, runner, level) * float(np.exp(own.normal(0, 0.01)))
    latency_s = workers / true * np.exp(own.normal(0, 0.08, 1500))
    held = (12 + (5 if runner == "processes" else 0.04) * workers) * 2**20 * float(np.exp(own.normal(0, 0.002)))
    return synthetic.trial(
        runner, block, workload=contest.workload, concurrency=level, copy=contestant.copy, workers=workers,
        turns=[_turn(own, block, number, true, workers) for number in range(shape.turns)],
        latency=histogram.count((latency_s * 1e9).astype(np.int64)),
        lag=histogram.count((np.abs(own.normal(2e-4, 1e-4, 300)) * 1e9).astype(np.int64)), lag_max_s=0.004,
        memory=Memory(int(held), int(held), 0, 0, 0, workers if runner == "processes" else 1,
                      workers + 1 if runner == "threads" else 1, "Pss_Anon + Pss_Shmem"),
        memory_end=None, side_window_s=0.1,
        facts={"gil": True, "launch_s": 0.2 + 0.01 * block, "open_s": 0.01,
               **({"loop": f"{runner}.Loop"} if "loop" in runner or runner == "asyncio" else {})},
    )  # fmt: skip


def _turn(own: np.random.Generator, block: int, number: int, true: float, workers: int) -> TurnResult:
    rate_per_s = true * float(np.exp(own.normal(0, 0.01)))
    return synthetic.turn(
        number // 2, rate_per_s, workers, started_s=1000.0 + block * 20 + number + own.random(), cpu=number % 2,
        wall_s=WINDOW_S * 1.1, all_ops=round(rate_per_s * WINDOW_S * 1.1) + 1, latency_max_s=3 * workers / true,
        least_ops=1, most_ops=2, cpu_s=WINDOW_S * 0.6 * float(np.exp(own.normal(0, 0.01))),
    )  # fmt: skip


def in_every_turn(trial: TrialResult, **changes: float) -> TrialResult:
    """The trial with all its turns changed alike."""
    return replace(trial, turns=tuple(replace(turn, **changes) for turn in trial.turns))  # type: ignore[arg-type]


def crash(trial: TrialResult, why: str = "its process died with exit code 139") -> TrialResult:
    """The trial as it is stored when its process died."""
    return replace(
        trial, status="failed", reason=why, turns=(), latency={}, lag={}, lag_max_s=0.0, memory=None, memory_end=None
    )


def threads_crash(trial: TrialResult) -> TrialResult:
    """Only threads die."""
    return crash(trial) if trial.runner == "threads" else trial


def all_failed(trial: TrialResult, errors: int) -> TrialResult:
    """The trial when no op succeeded."""
    each = errors // len(trial.turns)
    turns = tuple(
        replace(turn, ops=0.0, completed=each, errors=each, latency_sum_s=0.0, latency_max_s=0.0, op_time_s=0.0)
        for turn in trial.turns
    )
    return replace(
        trial, turns=turns, latency={}, messages={f"ValueError: {'deep ' * 400}{n}": each for n in range(20)}
    )
