"""The runners: how ops run concurrently. One file per runner; a file dropped in here is found by its name.

Each file defines ``RUNNER = RunnerInfo(...)`` and a context manager
``workers(workload, ctx) -> Iterator[Workers]`` that opens ``ctx.concurrency`` long-lived workers. Files import what
they need and nothing else, because a trial imports only its own runner. A file named ``_name.py`` is shared code.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from bench.trial.turn import Span, Turn
from bench.workload import Context, Workload

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "bench.runners"
"""Entry points of other distributions: the name of a runner, and its module, which is as the files here are."""

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
    """One runner's file.

    It may also define ``prepare()``, called once when the trial loads, and ``settle(patience_s)``, called when its
    workers have opened: it waits, at most so long, for what no program waits for and no turn may hold.
    """

    RUNNER: RunnerInfo
    workers: Callable[[Workload, Context], AbstractContextManager[Workers]]


def names() -> list[str]:
    """Names of all runner files of ours, whether or not what they need is installed."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))


@functools.cache
def plugins() -> dict[str, EntryPoint]:
    """Runners of other distributions, by the name under which they are registered; a name of ours is not taken."""
    from importlib import metadata  # late: a trial of a runner of ours shall not hold it

    own = names()
    return {point.name: point for point in metadata.entry_points(group=GROUP) if point.name not in own}


def load(name: str) -> RunnerModule:
    """Import one runner's file, ours or a plug-in's."""
    point = None if name in names() else plugins().get(name)
    found = importlib.import_module(f"{__name__}.{name}") if point is None else point.load()
    return cast("RunnerModule", found)


def catalogue() -> dict[str, RunnerInfo]:
    """Every runner by name, in the order of tables; a plug-in that cannot be used is left out (see `broken`)."""
    unfit = broken()
    infos = [load(name).RUNNER for name in (*names(), *plugins()) if name not in unfit]
    return {info.name: info for info in sorted(infos, key=lambda info: (info.order, info.name))}


@functools.cache
def broken() -> dict[str, str]:
    """Plug-ins that are no runners, and why."""
    found = {}
    for name, point in plugins().items():
        try:
            info = point.load().RUNNER
            if info.name != name or info.form not in {"blocking", "coroutine"}:
                found[name] = f"{point.value} says RUNNER = {info!r}, which is no runner called {name}"
        except BaseException as error:  # whatever a stranger's module does when it is imported
            found[name] = f"{point.value}: {type(error).__name__}: {error}"
    return found


def missing(info: RunnerInfo) -> str | None:
    """Why a runner is unavailable here, with the remedy; None when it can run."""
    if info.requires is None or importlib.util.find_spec(info.requires) is not None:
        return None
    return f"{info.requires} is not installed: pip install {info.requires}"
