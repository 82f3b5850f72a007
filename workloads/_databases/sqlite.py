"""SQLite, the embedded one: sqlite3 of the standard library, and aiosqlite, which gives every connection a thread."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bench import AsyncOp, Op
from workloads import _databases as databases

LIBRARIES = {"coroutine": "aiosqlite"}

BEGIN = "BEGIN IMMEDIATE"  # one writer at a time: whoever reads first and writes then is refused at once
UPDATE = "UPDATE account SET balance = balance + 1 WHERE id = ?"
READ = "SELECT balance FROM account WHERE id = ?"
OPENING = ("PRAGMA synchronous = OFF", "PRAGMA busy_timeout = 30000")
"""Off as the servers' fsync is: the data are thrown away, and models are compared, not disks."""


def missing() -> str:
    return ""


@contextmanager
def serving(directory: Path) -> Iterator[str]:
    """Yield the file."""
    file = str(directory / "accounts.sqlite3")
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)")
    connection.executemany("INSERT INTO account VALUES (?, 0)", ((n,) for n in range(databases.ACCOUNTS)))
    connection.commit()
    connection.close()
    yield file


@contextmanager
def blocking(where: str, worker: int) -> Iterator[Op]:
    connection = sqlite3.connect(where, isolation_level=None, check_same_thread=False)
    try:
        for pragma in OPENING:
            connection.execute(pragma)

        def transaction() -> int:
            connection.execute(BEGIN)
            changed = connection.execute(UPDATE, (worker,)).rowcount
            row = connection.execute(READ, (worker,)).fetchone()
            connection.execute("COMMIT")
            return changed if row and row[0] > 0 else -1

        yield transaction
    finally:
        connection.close()


@asynccontextmanager
async def coroutine(where: str, worker: int) -> AsyncIterator[AsyncOp]:
    import aiosqlite

    async with aiosqlite.connect(where, isolation_level=None) as connection:
        for pragma in OPENING:
            await connection.execute(pragma)

        async def transaction() -> int:
            await connection.execute(BEGIN)
            changed = (await connection.execute(UPDATE, (worker,))).rowcount
            row = await (await connection.execute(READ, (worker,))).fetchone()
            await connection.execute("COMMIT")
            return changed if row and row[0] > 0 else -1

        yield transaction
