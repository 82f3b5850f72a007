"""What people write to fetch N URLs: ThreadPoolExecutor.map, or gather behind a semaphore. A batch for every line read.

``python by_hand.py threads|asyncio URL OPS CONCURRENCY`` prints the seconds of each, from the call to the last result.
"""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import urllib3


def threads(url: str, ops: int, concurrency: int) -> None:
    """The pool and its connections are warm from the second batch on."""
    connections = urllib3.connection_from_url(url, maxsize=concurrency, block=True, retries=False)

    def get(_: int) -> int:
        return len(connections.request("GET", "/").data)

    with ThreadPoolExecutor(concurrency) as pool:
        for _ in sys.stdin:
            began_s = time.perf_counter()
            lengths = list(pool.map(get, range(ops)))
            print(time.perf_counter() - began_s, sum(lengths), flush=True)


async def tasks(url: str, ops: int, concurrency: int) -> None:
    """As `threads`."""
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=concurrency)) as session:
        semaphore = asyncio.Semaphore(concurrency)

        async def get() -> int:
            async with semaphore, session.get("/") as answer:
                return len(await answer.read())

        for _ in sys.stdin:
            began_s = time.perf_counter()
            lengths = await asyncio.gather(*(get() for _ in range(ops)))
            print(time.perf_counter() - began_s, sum(lengths), flush=True)


if __name__ == "__main__":
    runner, address, count, at_once = sys.argv[1:]
    if runner == "threads":
        threads(address, int(count), int(at_once))
    else:
        asyncio.run(tasks(address, int(count), int(at_once)))
