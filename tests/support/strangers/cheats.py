"""Strangers' workloads that cheat, or fool themselves, each in one way."""

import asyncio
import itertools
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import aiohttp

from bench import Fixture, Workload
from workloads.http import Http


class Session:
    """A client of their own: one session of aiohttp per loop."""

    @asynccontextmanager
    async def coroutine_client(self, ctx):
        host, port, _ = ctx.fixture
        async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
            yield session


@dataclass(frozen=True)
class Unread(Session, Http):
    """The coroutine form trusts a header and does not read the body."""

    body_bytes: int = 1_000_000

    @asynccontextmanager
    async def coroutine(self, ctx):
        async def get():
            async with ctx.client.get("/") as response:
                return int(response.headers["Content-Length"])

        yield get


@dataclass(frozen=True)
class Twice(Session, Http):
    """The coroutine form makes two requests per op."""

    @asynccontextmanager
    async def coroutine(self, ctx):
        async def get():
            for _ in range(2):
                async with ctx.client.get("/") as response:
                    length = len(await response.read())
            return length

        yield get


@dataclass(frozen=True)
class SmallPool(Session, Http):
    """Half the workers wait for the others: a pool of half the size."""

    @asynccontextmanager
    async def coroutine(self, ctx):
        session = ctx.client
        if not hasattr(session, "half"):
            session.__dict__["half"] = asyncio.Semaphore(ctx.concurrency // 2)

        async def get():
            async with session.__dict__["half"], session.get("/") as response:
                return len(await response.read())

        yield get


@dataclass(frozen=True)
class Cached(Http):
    """Both forms ask once, and answer from what they were told ever after."""

    @contextmanager
    def blocking(self, ctx):
        with Http.blocking(self, ctx) as ask:
            answer = ask()
            yield lambda: answer

    @asynccontextmanager
    async def coroutine(self, ctx):
        async with Http.coroutine(self, ctx) as ask:
            answer = await ask()

            async def get():
                await asyncio.sleep(0)
                return answer

            yield get


@dataclass(frozen=True)
class Ahead(Http):
    """The coroutine form always has three more requests under way than it waits for."""

    @asynccontextmanager
    async def coroutine(self, ctx):
        host, port, _ = ctx.fixture
        async with aiohttp.ClientSession() as session:

            async def ask():
                async with session.get(f"http://{host}:{port}/") as response:
                    return len(await response.read())

            asked = [asyncio.create_task(ask()) for _ in range(3)]

            async def get():
                asked.append(asyncio.create_task(ask()))
                return await asked.pop(0)

            yield get
            await asyncio.gather(*asked)


@dataclass(frozen=True)
class Blocks(Workload):
    """The coroutine form calls time.sleep."""

    @asynccontextmanager
    async def coroutine(self, ctx):
        async def nap():
            await asyncio.sleep(0)
            time.sleep(0.02)

        yield nap


@dataclass(frozen=True)
class NeverSuspends(Workload):
    """One worker does all the ops."""

    @asynccontextmanager
    async def coroutine(self, ctx):
        async def nothing():
            return sum(range(100))

        yield nothing


@dataclass(frozen=True)
class BusyServer(Workload):
    """A server that computes for 3 ms per request."""

    @asynccontextmanager
    async def fixture(self, directory):
        requests = 0

        async def answer(reader, writer):
            nonlocal requests
            while line := await reader.readline():
                requests += 1
                end = time.thread_time() + 0.003
                while time.thread_time() < end:
                    pass
                writer.write(line)
            writer.close()

        def counters():
            nonlocal requests
            counted, requests = requests, 0
            return {"requests": counted}

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        yield Fixture(server.sockets[0].getsockname()[1], counters)
        server.close()

    @asynccontextmanager
    async def coroutine(self, ctx):
        reader, writer = await asyncio.open_connection("127.0.0.1", ctx.fixture)

        async def ask():
            writer.write(b"?\n")
            return await reader.readline()

        yield ask
        writer.close()


@dataclass(frozen=True)
class Wrong(Workload):
    """Every hundredth result is wrong."""

    @contextmanager
    def blocking(self, ctx):
        calls = itertools.count()
        yield lambda: next(calls) % 100

    def check(self, result):
        return result != 99


@dataclass(frozen=True)
class Leaks(Workload):
    """Every op keeps 2 KB."""

    @contextmanager
    def blocking(self, ctx):
        kept = []

        def leak():
            kept.append(bytearray(2000))

        yield leak
