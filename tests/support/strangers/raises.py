"""A stranger's workload: every third op raises."""

import asyncio
import itertools
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class Raises(Workload):
    """Every third op raises."""

    every: int = 3

    @contextmanager
    def blocking(self, ctx):
        calls = itertools.count()

        def op():
            if next(calls) % self.every == 0:
                raise ValueError("every third op fails")

        yield op

    @asynccontextmanager
    async def coroutine(self, ctx):
        calls = itertools.count()

        async def op():
            await asyncio.sleep(0)
            if next(calls) % self.every == 0:
                raise ValueError("every third op fails")

        yield op
