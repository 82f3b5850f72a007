"""Suites: named choices of workloads, as data. Ours are workloads/suites.toml, a user's are in pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import UsageError
from bench.plan import discovery, tables

DEFAULT = "default"
"""The suite of a run that names neither a suite nor a workload."""

_FILE = "suites.toml"
_KEYS = {"answers": str, "workloads": list, "set": list, "concurrency": list}


@dataclass(frozen=True, slots=True)
class Suite:
    """What it answers, and what it runs: words of `bench run`.

    workloads: empty for those that run where none is named. concurrency: None for the workloads' own.
    """

    name: str
    answers: str
    workloads: tuple[str, ...]
    sets: tuple[str, ...]
    concurrency: tuple[int, ...] | None


def known() -> dict[str, Suite]:
    """All suites by name, ours first; one of the user's may stand in for one of ours.

    Raises:
        UsageError: a file is no TOML, or says what no suite has.
    """
    found = _of(discovery.directory() / _FILE, ())
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "pyproject.toml").is_file():
            return found | _of(folder / "pyproject.toml", ("tool", "bench", "suites"))
    return found


def named(name: str) -> Suite:
    """The suite of that name. Raises `UsageError` with the nearest."""
    suites = known()
    if name not in suites:
        raise UsageError(discovery.unknown("suite", name, suites, f"there are: {', '.join(suites)}"))
    return suites[name]


def _of(file: Path, path: tuple[str, ...]) -> dict[str, Suite]:
    try:
        table: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{discovery.portable(file)}: {error}") from error
    for key in path:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{discovery.portable(file)}: [{'.'.join(path)}] is no table of suites")
    return {name: _suite(f"{discovery.portable(file)}: suite {name!r}", name, told) for name, told in table.items()}


def _suite(where: str, name: str, told: object) -> Suite:
    if not isinstance(told, Mapping):
        raise UsageError(f"{where} is no table")
    tables.check(where, told, _KEYS)
    workloads, levels = told.get("workloads", []), told.get("concurrency")
    empty = "workloads" in told and not workloads
    if empty or not all(isinstance(word, str) for word in [*workloads, *told.get("set", [])]):
        raise UsageError(f"{where}: workloads is a list of names, and not an empty one; set is a list of texts")
    if levels is not None and not (levels and all(type(level) is int and level > 0 for level in levels)):
        raise UsageError(f"{where}: concurrency is a list of numbers of workers, such as [1, 8]")
    return Suite(name, told.get("answers", ""), tuple(workloads), tuple(told.get("set", [])), levels and tuple(levels))
