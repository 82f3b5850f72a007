"""niquests: requests' heir with both forms in one library, whose async half is a twin of the blocking one."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any

from workloads._http_clients import AsyncConnect, Connect, Target

LIBRARY = "niquests"


@contextmanager
def blocking(target: Target) -> Iterator[Connect]:
    niquests: Any = importlib.import_module(LIBRARY)
    with niquests.Session(**_pool(target)) as session:
        _address(session, target)
        yield lambda: nullcontext(lambda: len(session.get(target.url).content or b""))


@asynccontextmanager
async def coroutine(target: Target) -> AsyncIterator[AsyncConnect]:
    niquests: Any = importlib.import_module(LIBRARY)
    async with niquests.AsyncSession(**_pool(target)) as session:
        _address(session, target)

        async def get() -> int:
            return len((await session.get(target.url)).content or b"")

        yield lambda: nullcontext(get)


def _pool(target: Target) -> dict[str, Any]:
    return {"pool_connections": 1, "pool_maxsize": target.concurrency}


def _address(session: Any, target: Target) -> None:
    """Trust this server, and look for no proxy in the environment."""
    session.trust_env = False
    session.headers.update(target.headers)
    session.verify = target.certificate or False
