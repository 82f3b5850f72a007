"""A workload made of plain functions, each named as ``module:function``; standard library only.

What ``setup`` yields is made once per process (or event loop) and given to the function as its only argument, as a
connection pool or a client session is; without a setup the function is called without arguments.
"""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.workload import AsyncOp, Context, Op, Workload


def named(name: str) -> Any:
    """What a name ``module:attribute.attribute`` stands for."""
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


@dataclass(frozen=True)
class Race(Workload):
    """Functions against each other.

    Parameters:
        blocking_function, coroutine_function: the ops, as ``module:function``; empty for none.
        setup: a function that returns a context manager, or an asynchronous one for a coroutine.
        check_function: tells whether a result is right.
    """

    blocking_function: str = ""
    coroutine_function: str = ""
    setup: str = ""
    check_function: str = ""

    def blocking_client(self, ctx: Context) -> AbstractContextManager[Any] | None:
        if not self.setup:
            return None
        made: AbstractContextManager[Any] = named(self.setup)()
        if not hasattr(made, "__enter__"):
            raise TypeError(f"{self.setup} returns no context manager, which a blocking function needs")
        return made

    def coroutine_client(self, ctx: Context) -> AbstractAsyncContextManager[Any] | None:
        if not self.setup:
            return None
        made = named(self.setup)()
        return made if hasattr(made, "__aenter__") else _in_loop(made)

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        yield self._op(self.blocking_function, ctx)

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        yield self._op(self.coroutine_function, ctx)

    def _op(self, name: str, ctx: Context) -> Callable[[], Any]:
        function: Callable[..., Any] = named(name)
        return partial(function, ctx.client) if self.setup else function

    def provides(self, form: str) -> bool:
        return bool(getattr(self, f"{form}_function"))


@dataclass(frozen=True)
class CheckedRace(Race):
    """The same with a check: the loop calls one only where a workload has its own."""

    def check(self, result: Any) -> bool:
        return bool(named(self.check_function)(result))


@asynccontextmanager
async def _in_loop(made: AbstractContextManager[Any]) -> AsyncIterator[Any]:
    """A plain context manager, for a coroutine whose setup needs no loop."""
    with made as value:
        yield value
