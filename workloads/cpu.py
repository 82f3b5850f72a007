"""Computing: what a runner can do when the op never waits."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from bench import AsyncOp, Between, Context, Op, Workload

if TYPE_CHECKING:
    from concurrent.futures import Executor

CPUS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def checksum(steps: int) -> int:
    """The last state of a 32-bit linear congruential generator (Numerical Recipes' constants) after ``steps`` steps."""
    state = 1
    for _ in range(steps):
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFF_FFFF
    return state


def crc32(steps: int) -> int:
    """The CRC-32 of ``steps`` KiB of zeros, in one call, during which other threads run."""
    import zlib  # here, so that it is not in the memory of those who compute in Python

    return zlib.crc32(_zeros(steps))


@lru_cache(1)
def _zeros(steps: int) -> bytes:
    return bytes(steps * 1024)


WAYS = {"python": checksum, "crc32": crc32}


@lru_cache
def expected(how: str, steps: int) -> int:
    """The checksum again, worked out once per process."""
    return WAYS[how](steps)


@dataclass(frozen=True)
class Cpu(Workload):
    """Arithmetic with a verified checksum; the coroutine form yields to the loop once per op.

    Parameters:
        steps: steps of the generator in one op; 1,000 take about a tenth of a millisecond.
        how: in pure Python, or as CRC-32 of 1 KiB per step in C, which lets go of the GIL.
        where: what the coroutine form computes in: the loop's own thread, a pool of threads, or one of processes.
    """

    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, CPUS, 4 * CPUS)

    steps: Annotated[int, Between(0)] = 1_000
    how: Literal["python", "crc32"] = "python"
    where: Literal["inline", "thread", "process"] = "inline"

    @asynccontextmanager
    async def coroutine_client(self, ctx: Context) -> AsyncIterator[Executor | None]:
        if self.where == "inline":
            yield None
            return
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

        make: Callable[[int], Executor] = ThreadPoolExecutor if self.where == "thread" else ProcessPoolExecutor
        with make(min(ctx.concurrency, CPUS)) as pool:  # more would share the same cores
            yield pool

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        compute = WAYS[self.how]
        yield lambda: compute(self.steps)

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio  # here, so that a blocking trial does not hold its 2 MB

        way, loop = WAYS[self.how], asyncio.get_running_loop()

        async def compute() -> int:
            await asyncio.sleep(0)  # without it one task would keep the loop to itself
            return way(self.steps)

        if ctx.client is None:
            yield compute
        else:
            yield lambda: loop.run_in_executor(ctx.client, way, self.steps)

    def check(self, result: int) -> bool:
        return result == expected(self.how, self.steps)
