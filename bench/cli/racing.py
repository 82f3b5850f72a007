"""Let plain functions race: `bench race` on the command line, `bench.race` in a script or a notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.api import Run
from bench.cli import planning, running
from bench.cli.planning import RunOptions
from bench.errors import UsageError
from bench.plan import race as racers
from bench.plan.race import Asked
from bench.process import temporary
from bench.results import store

BUDGET_S = 20.0
"""Enough for two functions at two concurrencies; a default run has more to measure."""


def run(options: RunOptions, asked: Asked) -> int:
    """Measure functions as `bench run` does workloads; return the exit code."""
    temporary.provide(options.output)
    return running.carry_out(options, planning.of_specs(options, [racers.spec(asked)]))


def race(
    blocking: Callable[..., Any] | str | None = None,
    coroutine: Callable[..., Any] | str | None = None,
    *,
    setup: Callable[..., Any] | str | None = None,
    check: Callable[..., Any] | str | None = None,
    runners: Sequence[str] | None = None,
    concurrency: Sequence[int] | None = None,
    budget_s: float = BUDGET_S,
    results: str | Path = "results",
) -> Run:
    """Measure a blocking and a coroutine function under every runner, in fresh processes and short turns.

    Args:
        blocking, coroutine: functions of a module, or their names (``pkg.mod:fetch``). They are imported by the
            processes that are measured, so a lambda, a closure or a function of a notebook's cell will not do.
        setup: returns a context manager; what it yields is the functions' only argument.
        check: tells whether a result is right.
        runners, concurrency: as for ``bench run``; all runners, at 1 and 8 workers.

    Raises:
        bench.errors.UsageError: a function cannot be imported by name, or a name does not exist.
    """
    functions = tuple(_name(one) for one in (blocking, coroutine) if one is not None)
    asked = Asked(functions, *(_name(one) if one is not None else "" for one in (setup, check)))
    output = Path(results)
    options = RunOptions.usual(
        runners=tuple(runners) if runners else None,
        concurrency=tuple(concurrency) if concurrency else None,
        budget=budget_s,
        output=output,
    )
    temporary.provide(output)
    job = planning.of_specs(options, [racers.spec(asked)])
    if running.carry_out(options, job, tell=False) == running.INTERRUPTED:
        raise KeyboardInterrupt
    return Run(store.read(store.find(output, "latest")))


def _name(function: Callable[..., Any] | str) -> str:
    """By what name other processes can import it.

    Raises:
        UsageError: by none.
    """
    if isinstance(function, str):
        return function
    path, module = getattr(function, "__qualname__", ""), getattr(function, "__module__", "")
    if "<lambda>" in path or "<locals>" in path or not (path and module):
        what = "a lambda" if "<lambda>" in path else "a function inside another" if "<locals>" in path else "an object"
        raise UsageError(
            f"{path or function!r} is {what}: the measured processes import functions by name, so put it into a module"
        )
    if module == "__main__":
        file = getattr(sys.modules["__main__"], "__file__", None)
        if file is None:
            raise UsageError(f"{path} lives in this session alone: put it into a file, and import it from there")
        module = Path(file).stem
    return f"{module}:{path}"
