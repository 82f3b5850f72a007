"""httpx: both forms are one library."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AbstractContextManager

from workloads._http_clients import AsyncConnect, Connect, Target, _halves

LIBRARY = "httpx"


def blocking(target: Target) -> AbstractContextManager[Connect]:
    return _halves.blocking(LIBRARY, target)


def coroutine(target: Target) -> AbstractAsyncContextManager[AsyncConnect]:
    return _halves.coroutine(LIBRARY, target)
