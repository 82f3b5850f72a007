"""A small transaction against a database of the run's own: what most services wait for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Literal

from bench import AsyncOp, Context, Op, Workload
from workloads import _databases as databases

Driver = Literal["psycopg", "asyncpg", "sqlite", "redis"]


def _at_hand() -> Driver:
    """PostgreSQL where there are a server and a driver that has both forms, else what every Python has."""
    return "psycopg" if find_spec("psycopg") and not databases.load("psycopg").missing() else "sqlite"


AT_HAND = _at_hand()


@dataclass(frozen=True)
class Database(Workload):
    """Add 1 to an account of the worker's own and read it back, in one transaction over a connection of its own.

    The server is started for the run, on a throw-away directory and a unix socket, and writes nothing to a disk for
    certain: the ways of waiting are compared, not disks.

    Parameters:
        driver: psycopg or asyncpg (no blocking form) for PostgreSQL; sqlite, whose coroutine form is aiosqlite; redis.
            The default is psycopg where PostgreSQL is found, else sqlite.
    """

    by_default: ClassVar[bool] = False
    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, 8)

    driver: Driver = AT_HAND

    @property
    def libraries(self) -> Mapping[str, str]:  # type: ignore[override]
        told: Mapping[str, str] = databases.load(self.driver).LIBRARIES
        return told

    def provides(self, form: str) -> bool:
        return hasattr(databases.load(self.driver), form)

    def missing(self, form: str) -> str:
        library = self.libraries.get(form)
        if library and not find_spec(library):
            return f"{library} is not installed: pip install {library}"
        why: str = databases.load(self.driver).missing()
        return why

    def accelerators(self, form: str) -> Mapping[str, bool]:
        told: Mapping[str, bool] = getattr(databases.load(self.driver), "accelerated", dict)()
        return told

    @contextmanager
    def fixture(self, directory: Path) -> Iterator[str]:
        with databases.load(self.driver).serving(directory) as where:
            yield where

    def blocking(self, ctx: Context) -> AbstractContextManager[Op]:
        opened: AbstractContextManager[Op] = databases.load(self.driver).blocking(ctx.fixture, ctx.worker)
        return opened

    def coroutine(self, ctx: Context) -> AbstractAsyncContextManager[AsyncOp]:
        opened: AbstractAsyncContextManager[AsyncOp] = databases.load(self.driver).coroutine(ctx.fixture, ctx.worker)
        return opened

    def check(self, result: int) -> bool:
        return result == 1
