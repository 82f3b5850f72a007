"""A connection of asyncio that asks and awaits the answer; apart, so that blocking trials need not import asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from workloads._http_clients import Target
from workloads._http_clients._answers import HUNG_UP, Answers

if TYPE_CHECKING:
    import ssl


class Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, request: bytes) -> None:
        self._loop = loop
        self._request = request
        self._answers = Answers()
        self._transport: asyncio.Transport
        self._length = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none, but acts like one

    def get(self) -> asyncio.Future[int]:
        if self._transport.is_closing():
            raise ConnectionError(HUNG_UP)
        self._length = self._loop.create_future()
        self._transport.write(self._request)
        return self._length

    def data_received(self, data: bytes) -> None:
        try:
            length = self._answers.feed(data)
        except Exception as error:
            self._fail(error)
        else:
            if length is not None and not self._length.done():
                self._length.set_result(length)

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(error or ConnectionError(HUNG_UP))

    def _fail(self, error: Exception) -> None:
        if not self._length.done():
            self._length.set_exception(error)

    async def close(self) -> None:
        self._length.cancel()
        self._transport.abort()  # all has been read; as a socket's close, it waits for no last word of TLS
        await asyncio.sleep(0)  # its loop closes the socket in its next round


async def connected(target: Target, request: bytes, tls: ssl.SSLContext | None) -> Connection:
    """Open one."""
    loop = asyncio.get_running_loop()
    name = target.host if tls else None
    _, connection = await loop.create_connection(
        lambda: Connection(loop, request), target.host, target.port, ssl=tls, server_hostname=name
    )
    return connection
