"""The server of the echo workload: sends back what comes, and counts whole messages and connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

from bench import Fixture

HOST = "127.0.0.1"


class _Counts:
    """Since the last reading."""

    def __init__(self) -> None:
        self.requests = 0
        self.connections = 0

    def read(self) -> Mapping[str, int]:
        counts = {"requests": self.requests, "connections": self.connections}
        self.requests = self.connections = 0
        return counts


class _Answer(asyncio.Protocol):
    """One connection."""

    def __init__(self, counts: _Counts, size: int) -> None:
        self._counts = counts
        self._size = size
        self._begun = 0
        counts.connections += 1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none, but acts like one

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)
        whole, self._begun = divmod(self._begun + len(data), self._size)
        self._counts.requests += whole


@asynccontextmanager
async def serving(message_bytes: int) -> AsyncIterator[Fixture]:
    """Echo on a free port; yield (host, port) and the counters."""
    counts = _Counts()
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: _Answer(counts, message_bytes), HOST, 0, backlog=1024)
    try:
        yield Fixture((HOST, listener.sockets[0].getsockname()[1]), counts.read)
    finally:
        listener.close()
