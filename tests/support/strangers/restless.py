"""A stranger's workload whose client computes all the time in a thread of its own, ops or not."""

import asyncio
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from bench import Workload


@contextmanager
def restless():
    stop = threading.Event()

    def compute():
        while not stop.is_set():
            end = time.thread_time() + 0.002
            while time.thread_time() < end:
                pass

    thread = threading.Thread(target=compute, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@dataclass(frozen=True)
class Restless(Workload):
    """Wait for a millisecond, beside a thread that computes."""

    @contextmanager
    def blocking_client(self, ctx):
        with restless():
            yield

    @asynccontextmanager
    async def coroutine_client(self, ctx):
        with restless():
            yield

    @contextmanager
    def blocking(self, ctx):
        yield lambda: time.sleep(0.001)

    @asynccontextmanager
    async def coroutine(self, ctx):
        yield lambda: asyncio.sleep(0.001)
