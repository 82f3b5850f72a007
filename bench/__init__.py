"""What a workload author imports, and the reading API.

    from bench import Workload, Context, Op, AsyncOp, Fixture  # to write a workload
    run = bench.load("latest"); run.cases(); run.turns()            # to read a run as tidy DataFrames

Importing this package costs the standard library only: it is imported inside every measured process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.workload import AsyncOp, Context, Fixture, Op, Workload

if TYPE_CHECKING:
    from bench.api import Run, load

__all__ = ["AsyncOp", "Context", "Fixture", "Op", "Run", "Workload", "load"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in {"load", "Run"}:
        from bench import api

        return getattr(api, name)
    raise AttributeError(f"module 'bench' has no attribute {name!r}")
