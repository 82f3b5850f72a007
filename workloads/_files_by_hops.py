"""The same visit to a worker's files with a hop to a thread for every call, as aiofiles makes them."""

from __future__ import annotations

import os
from asyncio import AbstractEventLoop
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiofiles

from workloads._files import Files, still_cached


async def visit(files: Files, loop: AbstractEventLoop, pool: ThreadPoolExecutor) -> int:
    """As `Files.visit`; all hops go to the executor given."""
    return sum([await _one(files, path, loop, pool) for path in files.paths])


async def _one(files: Files, path: Path, loop: AbstractEventLoop, pool: ThreadPoolExecutor) -> int:
    if files.write:
        async with aiofiles.open(path, "wb", buffering=0, executor=pool) as file:
            await file.write(files.data)
            if files.settled:
                await loop.run_in_executor(pool, os.fsync, file.fileno())
    async with aiofiles.open(path, "rb", buffering=0, executor=pool) as file:
        if files.cold and await loop.run_in_executor(pool, still_cached, file.fileno()):
            return -1
        return files.unchanged(await file.read())
