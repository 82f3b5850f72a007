"""Redis by redis-py, which has both forms; the transaction is MULTI, INCR, GET, EXEC in one round trip."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path

from bench import AsyncOp, Op
from workloads import _databases as databases

LIBRARIES = {"blocking": "redis", "coroutine": "redis"}

PROGRAMS = ("redis-server", "valkey-server")


def _program() -> str | None:
    return next(filter(None, map(databases.found, PROGRAMS)), None)


def missing() -> str:
    return "" if _program() else "no redis-server found on PATH: apt-get install redis-server"


@contextmanager
def serving(directory: Path) -> Iterator[str]:
    """Yield its socket."""
    program = _program()
    assert program is not None, "missing() was asked"
    with databases.short_place(None) as place:
        where = str(place / "socket")
        command = [program, "--port", "0", "--unixsocket", where, "--save", "", "--appendonly", "no"]
        ready = ["--dir", str(place)]
        with databases.running([*command, *ready], None, directory / "redis.log", Path(where).exists):
            yield where


@contextmanager
def blocking(where: str, worker: int) -> Iterator[Op]:
    import redis

    with redis.Redis(unix_socket_path=where, single_connection_client=True) as client:

        def transaction() -> int:
            with client.pipeline(transaction=True) as pipe:
                pipe.incr(f"account:{worker}")
                pipe.get(f"account:{worker}")
                grown, read = pipe.execute()
            return 1 if int(read) == grown else -1

        yield transaction


@asynccontextmanager
async def coroutine(where: str, worker: int) -> AsyncIterator[AsyncOp]:
    import redis.asyncio

    async with redis.asyncio.Redis(unix_socket_path=where, single_connection_client=True) as client:

        async def transaction() -> int:
            async with client.pipeline(transaction=True) as pipe:
                pipe.incr(f"account:{worker}")  # queues it: only execute is awaited
                pipe.get(f"account:{worker}")
                grown, read = await pipe.execute()
            return 1 if int(read) == grown else -1

        yield transaction


def accelerated() -> dict[str, bool]:
    return {"redis-py's C parser (pip install hiredis)": find_spec("hiredis") is not None}
