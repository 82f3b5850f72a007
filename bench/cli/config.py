"""Defaults of a project: ``[tool.bench]`` in its pyproject.toml, below ``BENCH_…`` variables and what is typed.

    [tool.bench]
    budget = "5m"
    runners = ["threads", "asyncio"]
    concurrency = [1, 32]
    output = "bench-results"

The nearest pyproject.toml above the working directory is read. A variable is called after its command and option, as
``BENCH_RUN_BUDGET=5m``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import UsageError

KEYS = (
    "runners", "concurrency", "profile", "budget", "blocks", "precision", "seed", "baseline", "placement", "timeout",
    "output",
)  # fmt: skip
"""Options of `bench run` that a project may set; each command takes those it has."""

TABLES = ("suites", "claims")
"""What else stands in the table, and is read elsewhere."""

PREFIX = "BENCH"


@dataclass(frozen=True, slots=True)
class Project:
    """What a project sets. file: where; None where there is no pyproject.toml above."""

    file: Path | None
    values: Mapping[str, str]

    def of_command(self, options: Mapping[str, str]) -> dict[str, str]:
        """The defaults of one command. Args: options: name of its parameter -> the key it is set with."""
        return {name: self.values[key] for name, key in options.items() if key in self.values}


def nearest() -> Project:
    """The project of the working directory.

    Raises:
        UsageError: its table has a key that nothing is set with, or a value that is none.
    """
    for folder in (Path.cwd(), *Path.cwd().parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            return Project(file, _read(file))
    return Project(None, {})


def _read(file: Path) -> dict[str, str]:
    from bench.plan import discovery  # late: help needs none of it

    where = discovery.portable(file)
    try:
        tool = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from error
    table = tool.get("bench", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{where}: [tool.bench] is no table")
    for key in table:
        if key not in (*KEYS, *TABLES):
            raise UsageError(
                f"{where}: [tool.bench]: {discovery.unknown('key', key, (*KEYS, *TABLES), f'it may have: {_LISTED}')}"
            )
    return {key: _text(f"{where}: [tool.bench] {key}", value) for key, value in table.items() if key not in TABLES}


_LISTED = ", ".join((*KEYS, *TABLES))


def _text(where: str, value: Any) -> str:
    """As it would be typed."""
    if isinstance(value, list) and value and all(isinstance(one, str | int) for one in value):
        return ",".join(map(str, value))
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise UsageError(f"{where} is no text, number or list of such")
