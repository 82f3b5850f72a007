"""The coroutine forms of echo, one per way in which asyncio hands bytes over; each op returns how many came back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import cast

from bench import AsyncOp

Address = tuple[str, int]


class _Echo(asyncio.Protocol):
    """Counts what has come back, and wakes whoever waits when it is all."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._read = 0
        self._whole: asyncio.Future[int] | None = None
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none, but acts like one

    def data_received(self, data: bytes) -> None:
        self._read += len(data)
        if self._read >= self._size and self._whole is not None and not self._whole.done():
            self._whole.set_result(self._read)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        if self._whole is not None and not self._whole.done():
            self._whole.set_exception(ConnectionError("the server has hung up"))

    def send(self, message: bytes) -> asyncio.Future[int]:
        if self._lost:
            raise ConnectionError("the server has hung up")
        self._read = 0
        self._whole = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        return self._whole


@asynccontextmanager
async def protocol(address: Address, message: bytes) -> AsyncIterator[AsyncOp]:
    loop = asyncio.get_running_loop()
    transport, wire = await loop.create_connection(lambda: _Echo(len(message)), *address)
    try:
        yield lambda: wire.send(message)
    finally:
        transport.close()


@asynccontextmanager
async def streams(address: Address, message: bytes) -> AsyncIterator[AsyncOp]:
    reader, writer = await asyncio.open_connection(*address, limit=max(1 << 16, 2 * len(message)))

    async def echo() -> int:
        writer.write(message)
        await writer.drain()
        return len(await reader.readexactly(len(message)))

    try:
        yield echo
    finally:
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def sock(address: Address, message: bytes) -> AsyncIterator[AsyncOp]:
    loop = asyncio.get_running_loop()
    with socket.socket() as wire:
        wire.setblocking(False)
        await loop.sock_connect(wire, address)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = memoryview(bytearray(len(message)))

        async def echo() -> int:
            await loop.sock_sendall(wire, message)
            read = 0
            while read < len(answer):
                if not (more := await loop.sock_recv_into(wire, answer[read:])):
                    raise ConnectionError("the server has hung up")
                read += more
            return read

        yield echo


STYLES: dict[str, Callable[[Address, bytes], AbstractAsyncContextManager[AsyncOp]]] = {
    "protocol": protocol,
    "streams": streams,
    "sock": sock,
}
