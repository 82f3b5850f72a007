"""Waiting and computing in one op, as services do; with a hog, somebody else computes beside them."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bench import AsyncOp, Between, Context, Op, Workload

SLICE_S = 0.005
"""How long a hog computes at a stretch: what CPython lets a thread compute while others want the GIL. A coroutine has
to give way by itself, and this one does it as often."""


def burn(seconds: float) -> None:
    """Use so much CPU time of this thread, however many others want the CPU or the GIL."""
    end_s = time.thread_time() + seconds
    while time.thread_time() < end_s:
        pass


@dataclass(frozen=True)
class Mixed(Workload):
    """Wait, then compute for a given CPU time; the share of both decides which runner wins.

    Parameters:
        wait_ms: how long one op waits; whole milliseconds, 5 or more, or event loops round it.
        burn_us: CPU time that one op computes, in pure Python.
        hog: one further worker computes all the time: a thread beside threads, a task on the loop (giving way every 5
            ms), a thread of the first of several processes. Its work is not counted.
    """

    by_default: ClassVar[bool] = False
    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, 8, 64)

    wait_ms: Annotated[float, Between(0, 3_600_000)] = 5
    burn_us: Annotated[int, Between(0, 60_000_000)] = 200
    hog: bool = False

    @contextmanager
    def blocking_client(self, ctx: Context) -> Iterator[None]:
        if not self.hog or ctx.worker:  # one hog per case, not one per process
            yield
            return
        stopped = threading.Event()

        def compute() -> None:
            while not stopped.is_set():
                burn(SLICE_S)

        hog = threading.Thread(target=compute, name="hog")
        hog.start()
        try:
            yield
        finally:
            stopped.set()
            hog.join()

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        wait_s, burn_s = self.wait_ms / 1e3, self.burn_us / 1e6

        def op() -> None:
            time.sleep(wait_s)
            burn(burn_s)

        yield op

    @asynccontextmanager
    async def coroutine_client(self, ctx: Context) -> AsyncIterator[None]:
        import asyncio

        if not self.hog:
            yield
            return

        async def compute() -> None:
            while True:
                burn(SLICE_S)
                await asyncio.sleep(0)

        hog = asyncio.create_task(compute(), name="hog")
        try:
            yield
        finally:
            hog.cancel()
            with suppress(asyncio.CancelledError):
                await hog

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio

        wait_s, burn_s = self.wait_ms / 1e3, self.burn_us / 1e6

        async def op() -> None:
            await asyncio.sleep(wait_s)
            burn(burn_s)

        yield op

    def least_latency_s(self) -> float:
        return self.wait_ms / 1e3 + self.burn_us / 1e6
