"""Idioms of asyncio. Each is an op: it returns how many waits were done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from workloads._idioms_waits import Waits


async def _wait(waits: Waits) -> int:
    await asyncio.sleep(waits.wait_s)
    return 1


async def _workers(waits: Waits) -> int:
    left = iter(range(waits.number))

    async def work() -> int:
        return sum([await _wait(waits) for _ in left])

    return sum(await asyncio.gather(*[asyncio.create_task(work()) for _ in range(waits.at_once)]))


async def _queue(waits: Waits) -> int:
    jobs: asyncio.Queue[int | None] = asyncio.Queue()
    for job in (*range(waits.number), *[None] * waits.at_once):
        jobs.put_nowait(job)

    async def work() -> int:
        done = 0
        while await jobs.get() is not None:
            done += await _wait(waits)
        return done

    return sum(await asyncio.gather(*[asyncio.create_task(work()) for _ in range(waits.at_once)]))


def _admitted(waits: Waits) -> Callable[[], Coroutine[Any, Any, int]]:
    """A wait that lets so many in at a time."""
    semaphore = asyncio.Semaphore(waits.at_once)

    async def admitted() -> int:
        async with semaphore:
            return await _wait(waits)

    return admitted


async def _taskgroup(waits: Waits) -> int:
    admitted = _admitted(waits)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(admitted()) for _ in range(waits.number)]
    return sum(task.result() for task in tasks)


async def _gather(waits: Waits) -> int:
    return sum(await asyncio.gather(*[_wait(waits) for _ in range(waits.number)]))


async def _gather_semaphore(waits: Waits) -> int:
    admitted = _admitted(waits)
    return sum(await asyncio.gather(*[admitted() for _ in range(waits.number)]))


async def _as_completed(waits: Waits) -> int:
    return sum([await first for first in asyncio.as_completed([_wait(waits) for _ in range(waits.number)])])


async def _eager(waits: Waits) -> int:
    task: Any = asyncio.Task  # its eager_start came with Python 3.12
    loop = asyncio.get_running_loop()
    return sum(await asyncio.gather(*[task(_wait(waits), loop=loop, eager_start=True) for _ in range(waits.number)]))


async def _to_thread(waits: Waits) -> int:
    ended = await asyncio.gather(*[asyncio.to_thread(time.sleep, waits.wait_s) for _ in range(waits.number)])
    return len(ended)


@contextmanager
def executor(threads: int) -> Iterator[None]:
    """So many threads behind ``to_thread``, instead of as many as the machine suggests; 0 for no change."""
    if not threads:
        yield
        return
    with ThreadPoolExecutor(threads) as pool:
        asyncio.get_running_loop().set_default_executor(pool)
        yield


IDIOMS: dict[str, Callable[[Waits], Awaitable[int]]] = {
    "workers": _workers,
    "queue": _queue,
    "taskgroup": _taskgroup,
    "gather": _gather,
    "gather-semaphore": _gather_semaphore,
    "as_completed": _as_completed,
    "eager": _eager,
    "to_thread": _to_thread,
}
