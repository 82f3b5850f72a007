"""The contests of workload ``mixed`` as a map: the CPU share of an op against the workers (pure).

The share of a mixed op is known from its parameters. Another workload stands where its measured share is: the CPU time
of one worker's op over how long it takes, in the contest with the fewest workers, by the first of `ALONE` that has it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from bench.model import WorkloadSpec
from reports.numbers import standings
from reports.numbers.index import Index
from reports.numbers.standings import Standing

ALONE = ("sync", "threads", "asyncio", "uvloop", "processes")


@dataclass(frozen=True, slots=True)
class Cell:
    """One contest. share: 0 to 1."""

    workload: str
    share: float
    level: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Map:
    """cells: by share, then by level. placed: other workloads -> their share."""

    cells: tuple[Cell, ...]
    placed: dict[str, float]

    @property
    def shares(self) -> tuple[float, ...]:
        """The columns, ascending."""
        return tuple(sorted({cell.share for cell in self.cells}))

    @property
    def levels(self) -> tuple[int, ...]:
        """The rows, ascending."""
        return tuple(sorted({cell.level for cell in self.cells}))


def of_run(index: Index) -> Map | None:
    """The map; None where the run sweeps no CPU share over several numbers of workers."""
    specs = [index.spec(label) for label in index.workloads]
    mixed = [spec for spec in specs if spec.name == "mixed" and not spec.parameters.get("hog")]
    cells = [
        Cell(spec.label, share(spec), level, standing)
        for spec in mixed
        for level in index.levels(spec.label)
        if (standing := standings.of(index, spec.label, level))
    ]
    by_share = defaultdict(set)
    for cell in cells:
        by_share[cell.share].add(cell.level)
    if len(by_share) < 2 or max(map(len, by_share.values())) < 2:
        return None
    others = [spec.label for spec in specs if spec.name != "mixed"]
    placed = {label: found for label in others if (found := measured_share(index, label)) is not None}
    return Map(tuple(sorted(cells, key=lambda cell: (cell.share, cell.level))), placed)


def share(spec: WorkloadSpec) -> float:
    """The part of a mixed op that computes, from its parameters."""
    wait_us, burn_us = float(spec.parameters["wait_ms"]) * 1e3, float(spec.parameters["burn_us"])
    return burn_us / (wait_us + burn_us) if wait_us + burn_us else 0.0


def measured_share(index: Index, workload: str) -> float | None:
    """CPU seconds of an op of one worker over the seconds it takes; None where neither is known."""
    level = min(index.levels(workload), default=0)
    for runner in ALONE:
        case = index.cases.get((workload, level, runner))
        if case is None or not case.workers:
            continue
        rate, cpu_s = case["throughput_per_s"], case["cpu_s_per_op"]
        if rate is not None and cpu_s is not None:
            return min(1.0, cpu_s.value * rate.value / case.workers)
    return None
