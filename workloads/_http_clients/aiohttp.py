"""aiohttp: one session for all tasks of a loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from workloads._http_clients import PARK_S, AsyncConnect, Target

LIBRARY = "aiohttp"


@asynccontextmanager
async def coroutine(target: Target) -> AsyncIterator[AsyncConnect]:
    import aiohttp

    connector = aiohttp.TCPConnector(limit=target.concurrency, keepalive_timeout=PARK_S, ssl=target.tls() or True)
    async with aiohttp.ClientSession(
        target.url, connector=connector, headers=target.headers, trust_env=False
    ) as session:

        async def get() -> int:
            async with session.get("/") as response:
                return len(await response.read())

        yield lambda: nullcontext(get)


def accelerated() -> dict[str, bool]:
    from aiohttp import http

    return {"aiohttp's HTTP parser": http.HttpResponseParser.__module__.endswith("._http_parser")}
