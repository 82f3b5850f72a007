"""TCP echo: a message there and back, the race in which event loops advertise."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from bench import AsyncOp, Between, Context, Fixture, Op, Workload


@dataclass(frozen=True)
class Echo(Workload):
    """Send a message over a kept connection and read it back, from a server in a process of its own on 127.0.0.1.

    The blocking form is a plain socket. A message is answered by nothing but itself, so what differs is how the bytes
    reach the program.

    Parameters:
        message_bytes: length of the message.
        style: what the coroutine form is written with: asyncio's protocols, its streams, or the loop's socket calls.
        server: what answers: an asyncio protocol, a thread per connection, or a forked process per connection.
    """

    by_default: ClassVar[bool] = False
    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, 8, 64)

    message_bytes: Annotated[int, Between(1)] = 1_024
    style: Literal["protocol", "streams", "sock"] = "protocol"
    server: Literal["asyncio", "threads", "fork"] = "asyncio"

    def fixture(self, directory: Path) -> AbstractContextManager[Fixture] | AbstractAsyncContextManager[Fixture]:
        from workloads import _echo_server, _echo_servers_blocking

        if self.server == "asyncio":
            return _echo_server.serving(self.message_bytes)
        serve = _echo_servers_blocking.threaded if self.server == "threads" else _echo_servers_blocking.forking
        return serve(self.message_bytes)

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        message = b"x" * self.message_bytes
        with socket.create_connection(ctx.fixture) as wire:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answer = memoryview(bytearray(self.message_bytes))

            def echo() -> int:
                wire.sendall(message)
                read = 0
                while read < len(answer):
                    if not (more := wire.recv_into(answer[read:])):
                        raise ConnectionError("the server has hung up")
                    read += more
                return read

            yield echo

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        from workloads import _echo_clients

        async with _echo_clients.STYLES[self.style](ctx.fixture, b"x" * self.message_bytes) as echo:
            yield echo

    def check(self, result: int) -> bool:
        return result == self.message_bytes
