"""Waiting and nothing else: what a runner costs when the work is all latency."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bench import AsyncOp, Between, Context, Op, Workload


@dataclass(frozen=True)
class Sleep(Workload):
    """Wait; the purest I/O-bound op.

    Event loops keep whole milliseconds: asyncio on epoll rounds up, uvloop to the nearest. Keep to 5 ms or more.

    Parameters:
        duration_ms: how long one op waits; whole milliseconds, 5 or more, or event loops round it.
    """

    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, 64)
    """1,000 take longer to start and to park than to measure: `bench run sleep -c 1000`, `make claims`."""

    duration_ms: Annotated[float, Between(0, 3_600_000)] = 10

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        seconds = self.duration_ms / 1000
        yield lambda: time.sleep(seconds)

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio  # here, so that a blocking trial does not hold its 2 MB

        seconds = self.duration_ms / 1000
        yield lambda: asyncio.sleep(seconds)

    def least_latency_s(self) -> float:
        return self.duration_ms / 1000
