"""A stranger's workload that writes down the order of things, for tests of the life cycle."""

import asyncio
import os
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from bench import Fixture, Workload


@dataclass(frozen=True)
class Counting(Workload):
    """Note every set-up and tear-down in a file; wait a little per op."""

    nap_ms: float = 2.0

    @contextmanager
    def fixture(self, directory):
        path = directory / "log"
        path.touch()
        yield Fixture(str(path), lambda: {"requests": 7, "in_flight_max": 3})

    def _note(self, path, text):
        with open(path, "a") as file:  # O_APPEND: short writes of several processes do not mix
            file.write(text + "\n")

    @contextmanager
    def _scope(self, path, name):
        self._note(path, f"+{name}")
        try:
            yield name
        finally:
            self._note(path, f"-{name}")

    @contextmanager
    def blocking_client(self, ctx):
        with self._scope(ctx.fixture, f"client c={ctx.concurrency}") as client:
            yield client

    @asynccontextmanager
    async def coroutine_client(self, ctx):
        with self._scope(ctx.fixture, f"client c={ctx.concurrency}") as client:
            yield client

    @contextmanager
    def blocking(self, ctx):
        assert ctx.client.startswith("client")
        where = f"{os.getpid()}/{threading.get_ident()}"
        with self._scope(ctx.fixture, f"worker {ctx.worker} {where}"):
            yield lambda: time.sleep(self.nap_ms / 1000)

    @asynccontextmanager
    async def coroutine(self, ctx):
        assert ctx.client.startswith("client")
        with self._scope(ctx.fixture, f"worker {ctx.worker} {id(asyncio.current_task())}"):
            yield lambda: asyncio.sleep(self.nap_ms / 1000)
