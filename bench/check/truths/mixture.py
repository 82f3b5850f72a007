"""A server that delays by a known mixture: 95 of 100 answers after 5 ms, 5 after 40 ms."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench import Context, Op, Workload

DELAYS_S = [0.005] * 19 + [0.040]


@dataclass(frozen=True)
class Mixture(Workload):
    """Send a line and wait for the answer."""

    @asynccontextmanager
    async def fixture(self, directory: Path) -> AsyncIterator[int]:
        delays_s = cycle(DELAYS_S)

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while line := await reader.readline():
                    await asyncio.sleep(next(delays_s))
                    writer.write(line)
            finally:
                writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        with socket.create_connection(("127.0.0.1", ctx.fixture)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def ask() -> int:
                connection.sendall(b"?\n")
                return len(connection.recv(16))

            yield ask

    def check(self, result: int) -> bool:
        return result == 2
