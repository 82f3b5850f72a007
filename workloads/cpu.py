"""Computing in pure Python: what a runner can do when the op never waits."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar

from bench import AsyncOp, Between, Context, Op, Workload

CPUS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def checksum(steps: int) -> int:
    """The last state of a 32-bit linear congruential generator (Numerical Recipes' constants) after ``steps`` steps."""
    state = 1
    for _ in range(steps):
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFF_FFFF
    return state


@lru_cache
def expected(steps: int) -> int:
    """The checksum again, worked out once per process."""
    return checksum(steps)


@dataclass(frozen=True)
class Cpu(Workload):
    """Pure-Python arithmetic with a verified checksum; the coroutine form yields to the loop once per op.

    Parameters:
        steps: steps of the generator in one op; 1,000 take about a tenth of a millisecond.
    """

    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, CPUS, 4 * CPUS)

    steps: Annotated[int, Between(0)] = 1_000

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        yield lambda: checksum(self.steps)

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio  # here, so that a blocking trial does not hold its 2 MB

        async def compute() -> int:
            await asyncio.sleep(0)  # without it one task would keep the loop to itself
            return checksum(self.steps)

        yield compute

    def check(self, result: int) -> bool:
        return result == expected(self.steps)
