"""A read of 256 KiB, as asyncio makes them, that costs no pages: the block comes from the heap and stays there."""

import asyncio
import resource
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from bench import Workload

BLOCKS, BLOCK_BYTES = 50, 1 << 18


def pages_per_block() -> float:
    """Pages that the kernel had to map, after one block that may be the first of its size."""
    counted = []
    for number in range(BLOCKS + 1):
        if number == 1:
            counted.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
        block = bytearray(BLOCK_BYTES)
        block[::4096] = b"x" * (BLOCK_BYTES // 4096)
        del block[1024:]
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - counted[0]) / BLOCKS


@dataclass(frozen=True)
class LargeReads(Workload):
    @contextmanager
    def blocking(self, ctx):
        yield pages_per_block

    @asynccontextmanager
    async def coroutine(self, ctx):
        async def op():
            await asyncio.sleep(0)
            return pages_per_block()

        yield op

    def check(self, result):
        return result < 8
