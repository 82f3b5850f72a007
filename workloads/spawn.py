"""What a unit of concurrency costs to create, run and join, from a coroutine to a process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import ClassVar, Literal

from bench import AsyncOp, Context, Op, Workload

Unit = Literal["worker", "coroutine", "turn", "task", "future", "thread", "fork", "forkserver", "spawn"]

FORMS = {
    "blocking": ("worker", "future", "thread", "fork", "forkserver", "spawn"),
    "coroutine": ("worker", "future", "coroutine", "turn", "task"),
}
"""Form -> the units it has."""


@dataclass(frozen=True)
class Spawn(Workload):
    """Create one unit of concurrency that does nothing, let it run and wait for its end.

    A coroutine never suspends, so more workers than one of it starve each other; hence one by default.

    Parameters:
        what: worker (a thread against a task), future (made, handed to another thread, or to the loop, that sets it,
            and waited for); coroutine that does not suspend, turn of the loop (it suspends once) or task (no blocking
            form); thread, or a process by fork, forkserver or spawn (no coroutine form).
    """

    by_default: ClassVar[bool] = False
    default_concurrency: ClassVar[tuple[int, ...] | None] = (1,)

    what: Unit = "worker"

    def provides(self, form: str) -> bool:
        return self.what in FORMS[form]

    def missing(self, form: str) -> str:
        import multiprocessing

        method = self.what in {"fork", "forkserver", "spawn"}
        if method and self.what not in multiprocessing.get_all_start_methods():
            return f"this platform starts no process by {self.what}: choose spawn.what=spawn"
        return ""

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        from workloads import _spawn_blocking

        with _spawn_blocking.unit(self.what) as op:
            yield op

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        from workloads._spawn_coroutine import op

        yield op(self.what)

    def check(self, result: int) -> bool:
        return result == 1
