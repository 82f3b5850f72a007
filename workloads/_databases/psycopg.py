"""PostgreSQL by psycopg 3, whose sync and async halves are generated from the same code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from bench import AsyncOp, Op
from workloads._databases._postgres import CONNECT, missing, serving

__all__ = ["LIBRARIES", "accelerated", "blocking", "coroutine", "missing", "serving"]

LIBRARIES = {"blocking": "psycopg", "coroutine": "psycopg"}

UPDATE = "UPDATE account SET balance = balance + 1 WHERE id = %s"
READ = "SELECT balance FROM account WHERE id = %s"


@contextmanager
def blocking(where: str, worker: int) -> Iterator[Op]:
    import psycopg

    with psycopg.connect(CONNECT, host=where) as connection:

        def transaction() -> int:
            with connection.transaction():
                changed = connection.execute(UPDATE, (worker,)).rowcount
                row = connection.execute(READ, (worker,)).fetchone()
            return changed if row and row[0] > 0 else -1

        yield transaction


@asynccontextmanager
async def coroutine(where: str, worker: int) -> AsyncIterator[AsyncOp]:
    import psycopg

    async with await psycopg.AsyncConnection.connect(CONNECT, host=where) as connection:

        async def transaction() -> int:
            async with connection.transaction():
                changed = (await connection.execute(UPDATE, (worker,))).rowcount
                row = await (await connection.execute(READ, (worker,))).fetchone()
            return changed if row and row[0] > 0 else -1

        yield transaction


def accelerated() -> dict[str, bool]:
    from psycopg import pq

    return {"psycopg's C extension (pip install 'psycopg[binary]')": pq.__impl__ != "python"}
