"""A small GET against a local service: many short waits on the network.

The two forms use the client libraries people use (urllib3, aiohttp), so a difference between them is the library's as
well as the model's; the report says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from bench import AsyncOp, Between, Context, Fixture, Op, Workload

if TYPE_CHECKING:  # a trial imports only the client its form uses
    import aiohttp
    import urllib3

PARK_S = 600
"""Seconds an idle connection is kept: contestants are parked between their turns."""


@dataclass(frozen=True)
class Http(Workload):
    """GET one body from a server in a process of its own, on 127.0.0.1, over kept-alive connections.

    Parameters:
        body_bytes: length of the answer's body.
        delay_ms: how long the server waits before it answers; a service that has something to do.
    """

    body_bytes: Annotated[int, Between(0)] = 1_024
    delay_ms: Annotated[int, Between(0, 3_600_000)] = 5

    libraries: ClassVar[dict[str, str]] = {"blocking": "urllib3", "coroutine": "aiohttp"}

    @asynccontextmanager
    async def fixture(self, directory: Path) -> AsyncIterator[Fixture]:
        from workloads._http_server import serving

        async with serving(body_bytes=self.body_bytes, delay_ms=self.delay_ms, keepalive_s=PARK_S) as fixture:
            yield fixture

    @contextmanager
    def blocking_client(self, ctx: Context) -> Iterator[urllib3.HTTPConnectionPool]:
        import urllib3

        host, port = ctx.fixture
        with urllib3.HTTPConnectionPool(host, port, maxsize=ctx.concurrency, block=True, retries=False) as pool:
            yield pool

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        get = ctx.client.request
        yield lambda: len(get("GET", "/").data)

    @asynccontextmanager
    async def coroutine_client(self, ctx: Context) -> AsyncIterator[aiohttp.ClientSession]:
        import aiohttp

        connector = aiohttp.TCPConnector(limit=ctx.concurrency, keepalive_timeout=PARK_S)
        host, port = ctx.fixture
        async with aiohttp.ClientSession(f"http://{host}:{port}", connector=connector, trust_env=False) as session:
            yield session

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        session = ctx.client

        async def get() -> int:
            async with session.get("/") as response:
                return len(await response.read())

        yield get

    def check(self, result: int) -> bool:
        return result == self.body_bytes

    def least_latency_s(self) -> float:
        return self.delay_ms / 1000
