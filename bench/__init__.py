"""What a workload author imports, and the reading API.

    from bench import Workload, Context, Op, AsyncOp, Fixture, Between  # to write a workload
    run = bench.load("latest"); run.cases(); run.turns()                   # to read a run as tidy DataFrames
    run = bench.race(blocking=fetch, coroutine=fetch_async)                # to measure functions of a module

Importing this package imports nothing: it is imported inside every measured process, and ``python -m bench`` imports
it before `bench.__main__` can take the working directory off the search path.
"""

TYPE_CHECKING = False  # that of typing is not worth its import
if TYPE_CHECKING:
    from bench.api import Run, load
    from bench.cli.racing import race
    from bench.workload import AsyncOp, Between, Context, Fixture, Op, Workload

__all__ = ["AsyncOp", "Between", "Context", "Fixture", "Op", "Run", "Workload", "load", "race"]
__version__ = "0.1.0"

DISTRIBUTION = "deadheat"
"""Tells this package from others called bench."""


def __getattr__(name: str) -> object:
    if name in {"load", "Run"}:
        from bench import api

        return getattr(api, name)
    if name == "race":
        from bench.cli import racing

        return racing.race
    if name in __all__:
        from bench import workload

        return getattr(workload, name)
    raise AttributeError(f"module 'bench' has no attribute {name!r}")
