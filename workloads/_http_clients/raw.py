"""No client library but a parser: the same request and the same httptools under a socket and an asyncio protocol.

Each worker has a connection of its own. Both forms read as many bytes at a time and share all code but the waiting, so
what differs between them is the model.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.machinery import EXTENSION_SUFFIXES

from bench import AsyncOp, Op
from workloads._http_clients import AsyncConnect, Connect, Target
from workloads._http_clients._answers import Answers

LIBRARY = "httptools"

READ_BYTES = 262_144
"""What asyncio's own transport reads at a time."""


@contextmanager
def blocking(target: Target) -> Iterator[Connect]:
    request, tls = _request(target), target.tls()

    def connected() -> socket.socket:
        wire = socket.create_connection((target.host, target.port))
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as event loops do
        return tls.wrap_socket(wire, server_hostname=target.host) if tls else wire

    def exchanged(wire: socket.socket, answers: Answers) -> int:
        wire.sendall(request)
        while (length := answers.feed(wire.recv(READ_BYTES))) is None:
            pass
        return length

    def once() -> int:
        with connected() as wire:
            return exchanged(wire, Answers())

    @contextmanager
    def connect() -> Iterator[Op]:
        if not target.reuse:
            yield once
            return
        with connected() as wire:
            answers = Answers()
            yield lambda: exchanged(wire, answers)

    yield connect


@asynccontextmanager
async def coroutine(target: Target) -> AsyncIterator[AsyncConnect]:
    from workloads._http_clients._protocol import connected

    request, tls = _request(target), target.tls()

    async def once() -> int:
        connection = await connected(target, request, tls)
        try:
            return await connection.get()
        finally:
            await connection.close()

    @asynccontextmanager
    async def connect() -> AsyncIterator[AsyncOp]:
        if not target.reuse:
            yield once
            return
        connection = await connected(target, request, tls)
        try:
            yield connection.get
        finally:
            await connection.close()

    yield connect


def accelerated() -> dict[str, bool]:
    import httptools

    file = getattr(sys.modules[httptools.HttpResponseParser.__module__], "__file__", None) or ""
    return {"httptools' HTTP parser": file.endswith(tuple(EXTENSION_SUFFIXES))}


def _request(target: Target) -> bytes:
    headers = {"Host": f"{target.host}:{target.port}", "Accept": "*/*", **target.headers}
    return "\r\n".join(["GET / HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()
