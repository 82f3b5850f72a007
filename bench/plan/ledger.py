"""Claims as data: TOML files of statements that runs can judge. Ours lie in workloads/claims, a user's anywhere.

A ledger has a title and claims in groups:

    title = "What the textbooks say of asyncio"

    [[claim]]
    id = "sleepers-memory"
    group = "Benefits"
    says = "1,000 waiting tasks need less than half of the memory of 1,000 waiting threads."
    source = "any tutorial, 2026"
    workload = "sleep"               # what is measured; set = ["duration_ms=20"] sets parameters
    concurrency = [1000]             # a case each; all must hold
    metric = "memory"                # one of `METRICS`
    of = "asyncio"                   # a runner, or a table: { runner = "asyncio", set = [...], concurrency = 1 }
    over = "threads"
    claimed = [0, 0.5]               # where the ratio lies; an end may be left out: [1.05]
    why = "A thread has a stack of its own, a task a frame on the heap."
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import UsageError
from bench.plan import discovery, tables

METRICS = {
    "throughput": "throughput_per_s",
    "latency": "latency_mean_ms",
    "p50": "latency_p50_ms",
    "p99": "latency_p99_ms",
    "memory": "memory_bytes",
    "cpu": "cpu_s_per_op",
    "lag": "lag_p50_ms",
}
"""Word of a ledger -> the metric it means."""

FOLDER = "claims"
_KEYS = {
    "id": str, "group": str, "says": str, "source": str, "workload": str, "set": list, "concurrency": list,
    "metric": str, "of": (str, dict), "over": (str, dict), "claimed": list, "why": str, "shows": str, "lacks": str,
}  # fmt: skip
_ALWAYS = ("id", "group", "says", "source")
_MEASURED = ("workload", "concurrency", "metric", "of", "over", "claimed")
_SIDE = {"runner": str, "workload": str, "set": list, "concurrency": int}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a ratio. sets: as ``--set`` takes them. concurrency: None for that of the case."""

    runner: str
    workload: str
    sets: tuple[str, ...]
    concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured for a claim. low, high: where the ratio of ``of`` over ``over`` is claimed to lie."""

    concurrency: tuple[int, ...]
    metric: str
    of: Side
    over: Side
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement.

    measured: None for one that no number settles; then ``shows`` is a workload whose forms are shown side by side, or
    ``lacks`` says what would be needed.
    """

    id: str
    group: str
    says: str
    source: str
    why: str
    measured: Measured | None
    shows: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file of claims."""

    name: str
    title: str
    claims: tuple[Claim, ...] = field(repr=False)


def known() -> dict[str, Path]:
    """Name -> file: ours, and those of ``[tool.bench.claims]`` in the project's pyproject.toml."""
    found = {file.stem: file for file in sorted((discovery.directory() / FOLDER).glob("*.toml"))}
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "pyproject.toml").is_file():
            return found | _of_project(folder / "pyproject.toml")
    return found


def read(file: Path) -> Ledger:
    """A ledger.

    Raises:
        UsageError: one line that names the file, the claim and the key.
    """
    table = _toml(file)
    where = discovery.portable(file)
    for key in table:
        if key not in {"title", "claim"}:
            raise UsageError(f"{where}: {discovery.unknown('key', key, ('title', 'claim'), 'it has title and claim')}")
    told = table.get("claim", [])
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise UsageError(f"{where}: claims are tables: [[claim]]")
    claims = tuple(_claim(where, number, one) for number, one in enumerate(told, 1))
    twice = [claim.id for claim in claims if [one.id for one in claims].count(claim.id) > 1]
    if twice:
        raise UsageError(f"{where}: two claims have the id {twice[0]!r}")
    return Ledger(file.stem, str(table.get("title", file.stem)), claims)


def _of_project(file: Path) -> dict[str, Path]:
    table: Any = _toml(file)
    for key in ("tool", "bench", "claims"):
        table = table.get(key, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict) or not all(isinstance(path, str) for path in table.values()):
        raise UsageError(f"{discovery.portable(file)}: [tool.bench.claims] is a table of names and files")
    return {name: file.parent / path for name, path in table.items()}


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{discovery.portable(file)}: {error}") from error


def _claim(file: str, number: int, told: Mapping[str, Any]) -> Claim:
    where = f"{file}: claim {told.get('id', number)!r}"
    tables.check(where, told, _KEYS)
    for key in _ALWAYS:
        if not told.get(key):
            raise UsageError(f"{where}: {key} is missing")
    numberless = told.get("shows") or told.get("lacks")
    if not numberless:
        for key in _MEASURED:
            if key not in told:
                raise UsageError(f"{where}: {key} is missing (or `shows` or `lacks`, where no number settles it)")
    return Claim(
        told["id"], told["group"], told["says"], told["source"], told.get("why", ""),
        None if numberless else _measured(where, told), told.get("shows", ""), told.get("lacks", ""),
    )  # fmt: skip


def _measured(where: str, told: Mapping[str, Any]) -> Measured:
    levels = told["concurrency"]
    if not levels or not all(type(level) is int and level > 0 for level in levels):
        raise UsageError(f"{where}: concurrency is a list of numbers of workers, such as [1, 64]")
    if told["metric"] not in METRICS:
        remedy = f"there are: {', '.join(METRICS)}"
        raise UsageError(f"{where}: {discovery.unknown('metric', told['metric'], METRICS, remedy)}")
    low, high = _claimed(where, told["claimed"])
    sides = [_side(f"{where}: {key}", told[key], told["workload"], told.get("set", [])) for key in ("of", "over")]
    return Measured(tuple(levels), told["metric"], sides[0], sides[1], low, high)


def _claimed(where: str, told: Sequence[Any]) -> tuple[float, float]:
    if not 1 <= len(told) <= 2 or not all(type(end) in {int, float} and end >= 0 for end in told):
        raise UsageError(
            f"{where}: claimed is where the ratio lies, as [2, 4], [1.05] for more than, [0, 0.5] for less"
        )
    low, high = float(told[0]), float(told[1]) if len(told) == 2 else math.inf
    if low >= high:
        raise UsageError(f"{where}: claimed is [{low:g}, {high:g}], in which nothing lies")
    return low, high


def _side(where: str, told: Any, workload: str, sets: Sequence[str]) -> Side:
    if isinstance(told, str):
        return Side(told, workload, tuple(sets))
    tables.check(where, told, _SIDE)
    if "runner" not in told:
        raise UsageError(f"{where}: runner is missing")
    return Side(told["runner"], told.get("workload", workload), tuple(told.get("set", sets)), told.get("concurrency"))
