"""Ways to write "do these waits, so many at a time": what the idiom costs, the waits being the same."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from bench import AsyncOp, Between, Context, Op, Workload
from workloads._idioms_waits import Waits

Idiom = Literal[
    "workers", "queue", "taskgroup", "gather", "gather-semaphore", "as_completed", "eager", "to_thread",
    "submit", "map", "processes", "processes-chunked",
]  # fmt: skip

FORMS = {
    "blocking": ("workers", "queue", "submit", "map", "processes", "processes-chunked"),
    "coroutine": ("workers", "queue", "taskgroup", "gather", "gather-semaphore", "as_completed", "eager", "to_thread"),
}
"""Form -> the idioms it has: two are written alike with threads and tasks, the others exist in one form."""


@dataclass(frozen=True)
class Idioms(Workload):
    """Do ``waits`` short waits by one idiom; its cost is the CPU time per op.

    Every op starts its tasks or threads anew; executors live as long as their worker. gather, as_completed and eager
    have no limit and wait for all at once, so their ops are shorter than those of the others.

    Parameters:
        idiom: workers or queue (threads against tasks); taskgroup and gather-semaphore (behind a semaphore), gather,
            as_completed, eager or to_thread (tasks); submit, map, processes or processes-chunked (executors).
        waits: how many waits one op has.
        at_once: how many of them run at a time: worker tasks, threads, processes, the semaphore.
        wait_ms: how long one wait lasts.
    """

    by_default: ClassVar[bool] = False
    default_concurrency: ClassVar[tuple[int, ...] | None] = (1,)

    idiom: Idiom = "workers"
    waits: Annotated[int, Between(1, 1_000_000)] = 200
    at_once: Annotated[int, Between(1, 10_000)] = 8
    wait_ms: Annotated[float, Between(0, 60_000)] = 1

    def provides(self, form: str) -> bool:
        return self.idiom in FORMS[form]

    def missing(self, form: str) -> str:
        if self.idiom == "eager" and sys.version_info < (3, 12):
            return "eager tasks need Python 3.12: make PYTHON=python3.12 bench"
        return ""

    @property
    def _asked(self) -> Waits:
        return Waits(self.waits, self.at_once, self.wait_ms / 1e3)

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        from workloads._idioms_blocking import IDIOMS

        with IDIOMS[self.idiom](self._asked) as op:
            yield op

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        from workloads._idioms_coroutine import IDIOMS, executor

        idiom, waits = IDIOMS[self.idiom], self._asked
        with executor(self.at_once if self.idiom == "to_thread" else 0):
            yield lambda: idiom(waits)

    def check(self, result: int) -> bool:
        return result == self.waits
