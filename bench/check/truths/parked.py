"""Workers that hold nothing and wait: their memory is what a worker costs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial

from bench import AsyncOp, Context, Op, Workload


@dataclass(frozen=True)
class Parked(Workload):
    """Wait for ``nap_ms``."""

    nap_ms: int = 1500

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        yield lambda: time.sleep(self.nap_ms / 1000)

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio

        yield partial(asyncio.sleep, self.nap_ms / 1000)
