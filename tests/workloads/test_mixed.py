"""An op of the mixed workload waits and computes as long as it says, and its hog is one, whoever has workers."""

from __future__ import annotations

import asyncio
import threading
import time

from bench.workload import Context
from workloads.mixed import Mixed

CTX = Context(None, None, concurrency=2)


def test_an_op_uses_the_cpu_time_it_says() -> None:
    with Mixed(wait_ms=0, burn_us=3000).blocking(CTX) as op:
        before_s = time.thread_time()
        op()

        assert time.thread_time() - before_s >= 0.003


def test_there_is_one_hog_per_case_and_it_ends() -> None:
    def hogs() -> int:
        return sum(thread.name == "hog" for thread in threading.enumerate())

    with Mixed(hog=True).blocking_client(CTX):
        assert hogs() == 1
    with Mixed(hog=True).blocking_client(Context(None, None, concurrency=1, worker=1)):  # the second process
        assert hogs() == 0
    with Mixed().blocking_client(CTX):
        assert hogs() == 0


def test_the_hog_of_a_loop_gives_way_and_ends() -> None:
    async def main() -> list[int]:
        found = []
        for workload in (Mixed(), Mixed(hog=True)):
            async with workload.coroutine_client(CTX), workload.coroutine(CTX) as op:
                await op()
                found.append(len(asyncio.all_tasks()))
        return [*found, len(asyncio.all_tasks())]

    assert asyncio.run(main()) == [1, 2, 1]
