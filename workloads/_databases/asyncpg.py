"""PostgreSQL by asyncpg, which has no blocking form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench import AsyncOp
from workloads._databases._postgres import missing, serving

__all__ = ["LIBRARIES", "coroutine", "missing", "serving"]

LIBRARIES = {"coroutine": "asyncpg"}


@asynccontextmanager
async def coroutine(where: str, worker: int) -> AsyncIterator[AsyncOp]:
    import asyncpg

    connection = await asyncpg.connect(host=where, user="bench", database="postgres")
    try:

        async def transaction() -> int:
            async with connection.transaction():
                said = await connection.execute("UPDATE account SET balance = balance + 1 WHERE id = $1", worker)
                balance = await connection.fetchval("SELECT balance FROM account WHERE id = $1", worker)
            return int(said.rpartition(" ")[2]) if balance > 0 else -1

        yield transaction
    finally:
        await connection.close()
