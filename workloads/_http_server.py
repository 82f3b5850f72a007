"""The server of the http workload: aiohttp on 127.0.0.1, counting what the harness must know of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from bench import Fixture

HOST = "127.0.0.1"


MUSTER_S = 2.0
"""Seconds a mustered request waits for the others; a client that cannot send them all is let go after that."""


class Counts:
    """Requests, accepted connections and the most requests in flight since the last reading."""

    def __init__(self) -> None:
        self.requests = 0
        self.connections = 0
        self.in_flight = 0
        self.in_flight_max = 0
        self._wanted = 0
        self._all_here = asyncio.Event()

    def muster(self, count: int) -> None:
        """Hold the coming requests until ``count`` are in flight."""
        self._wanted = count
        self._all_here = asyncio.Event()

    async def enter(self) -> None:
        self.requests += 1
        self.in_flight += 1
        self.in_flight_max = max(self.in_flight_max, self.in_flight)
        if self._wanted:
            await self._wait_for_all()

    def leave(self) -> None:
        self.in_flight -= 1

    async def _wait_for_all(self) -> None:
        if self.in_flight >= self._wanted:
            self._all_here.set()
        try:
            await asyncio.wait_for(self._all_here.wait(), MUSTER_S)
        except TimeoutError:
            self._all_here.set()
        self._wanted = 0

    def read(self) -> Mapping[str, int]:
        """Return the counts and begin anew."""
        counts = {
            "requests": self.requests,
            "connections": self.connections,
            "in_flight_max": self.in_flight_max,
        }
        self.requests = self.connections = 0
        self.in_flight_max = self.in_flight
        return counts


@asynccontextmanager
async def serving(*, body_bytes: int, delay_ms: int, keepalive_s: float) -> AsyncIterator[Fixture]:
    """Serve a constant body on a free port; yield (host, port) and the counters."""
    counts = Counts()
    body = b"x" * body_bytes
    delay_s = delay_ms / 1000

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            await counts.enter()
            if delay_s:
                await asyncio.sleep(delay_s)
            return web.Response(body=body)
        finally:
            counts.leave()

    server = web.Server(answer, keepalive_timeout=keepalive_s, access_log=None)
    loop = asyncio.get_running_loop()

    def accept() -> asyncio.Protocol:
        counts.connections += 1
        protocol: asyncio.Protocol = server()
        return protocol

    listener = await loop.create_server(accept, HOST, 0, backlog=1024)
    try:
        yield Fixture((HOST, listener.sockets[0].getsockname()[1]), counts.read, counts.muster)
    finally:
        listener.close()
        await server.shutdown(1)
