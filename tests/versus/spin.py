"""The same function as a workload of deadheat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Context, Op, Workload
from tests.versus.work import STEPS, work


@dataclass(frozen=True)
class Spin(Workload):
    """Compute in pure Python.

    Parameters:
        steps: steps of the generator in one op.
    """

    steps: int = STEPS

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        yield lambda: work(self.steps)
