"""httpx and its heir: one library, whose blocking and whose async half are the same code."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any

from workloads._http_clients import PARK_S, AsyncConnect, Connect, Target


@contextmanager
def blocking(library: str, target: Target) -> Iterator[Connect]:
    httpx: Any = importlib.import_module(library)
    with httpx.Client(**_options(httpx, target)) as client:
        yield lambda: nullcontext(lambda: len(client.get("/").content))


@asynccontextmanager
async def coroutine(library: str, target: Target) -> AsyncIterator[AsyncConnect]:
    httpx: Any = importlib.import_module(library)
    async with httpx.AsyncClient(**_options(httpx, target)) as client:

        async def get() -> int:
            return len((await client.get("/")).content)

        yield lambda: nullcontext(get)


def _options(httpx: Any, target: Target) -> dict[str, Any]:
    size = target.concurrency
    limits = httpx.Limits(max_connections=size, max_keepalive_connections=size, keepalive_expiry=PARK_S)
    return {
        "base_url": target.url,
        "headers": target.headers,
        "limits": limits,
        "timeout": None,
        "trust_env": False,
        "verify": target.tls() or False,  # without TLS a store of certificates would be read for nothing
    }
