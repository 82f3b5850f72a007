"""Nothing: the floor of the harness itself, loop, clock read and record included."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import ClassVar

from bench import AsyncOp, Context, Op, Workload


def nothing() -> None:
    """The blocking op."""


@dataclass(frozen=True)
class Noop(Workload):
    """Do nothing; the coroutine form is asyncio.sleep(0), the cheapest op that lets other tasks run."""

    default_concurrency: ClassVar[tuple[int, ...] | None] = (1,)
    is_floor: ClassVar[bool] = True

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        yield nothing

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio  # here, so that a blocking trial does not hold its 2 MB

        yield lambda: asyncio.sleep(0)
