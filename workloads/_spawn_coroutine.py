"""Units of concurrency with a coroutine form; each op returns 1 when its unit has run and ended."""

from __future__ import annotations

import asyncio

from bench import AsyncOp


def op(what: str) -> AsyncOp:
    """Create, run and join one of these."""
    return {"worker": _task, "task": _task, "coroutine": _nothing, "turn": _turn, "future": _future}[what]


async def _nothing() -> int:
    return 1


async def _turn() -> int:
    await asyncio.sleep(0)
    return 1


async def _task() -> int:
    return await asyncio.create_task(_nothing())


async def _future() -> int:
    loop = asyncio.get_running_loop()
    made: asyncio.Future[int] = loop.create_future()
    loop.call_soon(made.set_result, 1)
    return await made
