"""The runners: how ops run concurrently. One file per runner; a file dropped in here is found by its name.

Each file defines ``RUNNER = RunnerInfo(...)`` and a context manager
``workers(workload, ctx) -> Iterator[Workers]`` that opens ``ctx.concurrency`` long-lived workers. Files import what
they need and nothing else, because a trial imports only its own runner. A file named ``_name.py`` is shared code.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, cast

from bench.trial.turn import Span, Turn
from bench.workload import Context, Workload

State = tuple[bytes, bytes, dict[str, int]]
"""One worker's record as it crosses a pipe: ends, failed starts, messages."""


@dataclass(frozen=True, slots=True)
class RunnerInfo:
    """What the harness must know about a runner without starting it.

    order: place in tables; the same everywhere.
    requires: distribution (and import name) the runner needs, None for the standard library.
    most_per_cpu: highest concurrency per CPU that is run, None for no limit.
    serial: runs one worker whatever the concurrency; it is the reference of every contest.
    delegates: ops run in other processes, so this one need not import the workload's client library.
    """

    name: str
    form: str
    summary: str
    order: int
    requires: str | None = None
    most_per_cpu: int | None = None
    serial: bool = False
    delegates: bool = False


class Workers(Protocol):
    """Live workers, parked between turns."""

    def run(self, turn: Turn) -> Span:
        """Run one turn and return when every worker is parked again."""

    def states(self) -> list[State]:
        """The records of the last turn, one per worker."""

    def lateness_ns(self) -> list[int]:
        """Lateness of each tick of the last turn, if it was a lag turn."""

    def facts(self) -> dict[str, Any]:
        """What a reader must know of the machinery: loop class, start method."""

    def reaped_cpu_s(self) -> float:
        """CPU seconds of children that the workers' processes have waited for, since they began."""


class RunnerModule(Protocol):
    """One runner's file. It may also define ``prepare()``, called once when the trial loads."""

    RUNNER: RunnerInfo
    workers: Callable[[Workload, Context], AbstractContextManager[Workers]]


def names() -> list[str]:
    """Names of all runner files, whether or not what they need is installed."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))


def load(name: str) -> RunnerModule:
    """Import one runner's file."""
    return cast("RunnerModule", importlib.import_module(f"{__name__}.{name}"))


def catalogue() -> dict[str, RunnerInfo]:
    """Every runner by name, in the order of tables."""
    infos = [load(name).RUNNER for name in names()]
    return {info.name: info for info in sorted(infos, key=lambda info: (info.order, info.name))}


def missing(info: RunnerInfo) -> str | None:
    """Why a runner is unavailable here, with the remedy; None when it can run."""
    if info.requires is None or importlib.util.find_spec(info.requires) is not None:
        return None
    return f"{info.requires} is not installed: pip install {info.requires}"
