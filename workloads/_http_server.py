"""The server of the http workload: aiohttp on 127.0.0.1, in processes of its own, counting what the harness must know.

Each server process has a listening socket of its own (SO_REUSEPORT lets the kernel deal connections out) and a row in a
table of numbers in shared memory, in which it counts; the fixture reads the sums between turns.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import mmap
import multiprocessing
import os
import random
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bench import Fixture
from workloads import _http_server_wsgi

HOST = "127.0.0.1"

MUSTER_S = 2.0
"""Seconds a mustered request waits for the others; a client that cannot send them all is let go after that."""

_LOOK_S = 0.002
_PARENT_S = 1.0
_REQUESTS, _CONNECTIONS, _IN_FLIGHT, _IN_FLIGHT_MAX = range(4)
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Service:
    """What is served.

    framework: ``aiohttp``, or ``wsgi`` with a thread per connection.
    delays_ms: every request waits for one of them; they are dealt like cards, so that each is met equally often.
    workers: how many server processes. certificate, key: files, None without TLS.
    """

    body_bytes: int
    delays_ms: tuple[float, ...]
    keepalive_s: float
    workers: int
    certificate: Path | None = None
    key: Path | None = None
    framework: str = "aiohttp"


class Table:
    """What the server processes count, a row each, and in front of them how many requests are mustered."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._cells = memoryview(memory).cast("q")
        self._told = {_REQUESTS: 0, _CONNECTIONS: 0}

    @classmethod
    def of(cls, workers: int) -> Table:
        """One of zeros, which forked processes share."""
        return cls(mmap.mmap(-1, 8 * (1 + _COLUMNS * workers)))

    def connected(self, row: int) -> None:
        self._cells[1 + row * _COLUMNS + _CONNECTIONS] += 1

    async def enter(self, row: int) -> None:
        self.begin(row)
        if self._cells[0]:
            until_s = time.monotonic() + MUSTER_S
            while self._mustering(until_s):
                await asyncio.sleep(_LOOK_S)

    def begin(self, row: int) -> None:
        """Count a request that has come in."""
        cells, at = self._cells, 1 + row * _COLUMNS
        cells[at + _REQUESTS] += 1
        cells[at + _IN_FLIGHT] += 1
        in_flight = self._total(_IN_FLIGHT)
        cells[at + _IN_FLIGHT_MAX] = max(in_flight, cells[at + _IN_FLIGHT_MAX])

    def leave(self, row: int) -> None:
        self._cells[1 + row * _COLUMNS + _IN_FLIGHT] -= 1

    def muster(self, count: int) -> None:
        """Hold the coming requests until ``count`` are in flight, whichever processes have them."""
        self._cells[0] = count

    def wait_for_all(self) -> None:
        """As `enter` does, for a request that has a thread."""
        if self._cells[0]:
            until_s = time.monotonic() + MUSTER_S
            while self._mustering(until_s):
                time.sleep(_LOOK_S)

    def _mustering(self, until_s: float) -> bool:
        """Whether requests are still awaited."""
        if self._total(_IN_FLIGHT) >= self._cells[0] or time.monotonic() >= until_s:
            self._cells[0] = 0
        return bool(self._cells[0])

    def _total(self, column: int) -> int:
        return sum(self._cells[1 + column :: _COLUMNS])

    def read(self) -> Mapping[str, int]:
        """The counts since the last reading."""
        now = {column: self._total(column) for column in self._told}
        since = {column: now[column] - self._told[column] for column in now}
        self._told = now
        most, in_flight = max(self._cells[1 + _IN_FLIGHT_MAX :: _COLUMNS]), self._total(_IN_FLIGHT)
        for at in range(1 + _IN_FLIGHT_MAX, len(self._cells), _COLUMNS):
            self._cells[at] = in_flight
        return {"requests": since[_REQUESTS], "connections": since[_CONNECTIONS], "in_flight_max": most}


@contextmanager
def serving(service: Service) -> Iterator[Fixture]:
    """Serve a constant body on a free port; yield (host, port, certificate) and the counters."""
    processes: Any = multiprocessing.get_context("fork")  # typeshed's base context has no Process
    table = Table.of(service.workers)
    serve = _http_server_wsgi.serve if service.framework == "wsgi" else _serve
    with ExitStack() as scope:
        listeners = _listeners(service.workers, scope)
        for row, listener in enumerate(listeners):
            ours, theirs = processes.Pipe(duplex=False)
            process = processes.Process(target=serve, args=(service, listener, table, row, theirs, os.getpid()))
            process.start()
            scope.callback(process.join)
            scope.callback(process.terminate)
            theirs.close()
            try:
                ours.recv()
            except EOFError:
                raise RuntimeError("a server process ended before it served") from None
        certificate = str(service.certificate) if service.certificate else None
        yield Fixture((HOST, listeners[0].getsockname()[1], certificate), table.read, table.muster)


def _listeners(workers: int, scope: ExitStack) -> list[socket.socket]:
    """One listening socket per server process, all on the same free port."""
    listeners: list[socket.socket] = []
    for _ in range(workers):
        listener = scope.enter_context(socket.socket())
        if workers > 1:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((HOST, listeners[0].getsockname()[1] if listeners else 0))
        listener.listen(1024)
        listeners.append(listener)
    return listeners


def _serve(service: Service, listener: socket.socket, table: Table, row: int, ready: Any, parent: int) -> None:
    """One server process: until it is ended, or its parent is gone."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = web.Server(_answering(service, table, row), keepalive_timeout=service.keepalive_s, access_log=None)

        def accept() -> asyncio.Protocol:
            table.connected(row)
            protocol: asyncio.Protocol = server()
            return protocol

        tls = None
        if service.certificate:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(service.certificate, service.key)
        await loop.create_server(accept, sock=listener, ssl=tls, backlog=1024)
        ready.send(True)
        ready.close()
        while os.getppid() == parent:
            await asyncio.sleep(_PARENT_S)

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where there is one: the less a server computes, the more of a ratio is the clients'."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


def _answering(service: Service, table: Table, row: int) -> Callable[[web.BaseRequest], Any]:
    body = b"x" * service.body_bytes
    dealt_ms = dealt(service.delays_ms, row)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            await table.enter(row)
            if delay_ms := next(dealt_ms):
                await _wait(delay_ms / 1000)
            return web.Response(body=body)
        finally:
            table.leave(row)

    return answer


def dealt(delays_ms: tuple[float, ...], seed: int) -> Iterator[float]:
    """All of them in shuffled order, and again."""
    order, cards = random.Random(seed), list(delays_ms)
    while True:
        order.shuffle(cards)
        yield from cards


async def _wait(seconds: float) -> None:
    """No shorter than that: uvloop's timers fire up to a millisecond early."""
    due_s = time.perf_counter() + seconds
    await asyncio.sleep(seconds)
    while (left_s := due_s - time.perf_counter()) > 0:
        await asyncio.sleep(max(left_s, 0.001))
