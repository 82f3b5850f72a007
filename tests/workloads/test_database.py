"""Every driver does the same transaction against a real server, which ends with the run and leaves nothing."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import pickle
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.errors import FixtureFailed
from bench.measure import fixture
from bench.measure.fixture import FixtureProcess
from bench.process.reaper import Reaper
from bench.workload import Context
from tests.support.workloads import spec_of
from workloads import _databases as databases
from workloads.database import Database

PATIENCE_S = 60.0
OPS = 3
DRIVERS = databases.names()
SERVERS = [driver for driver in DRIVERS if driver not in {"sqlite", "asyncpg"}]


@contextmanager
def served(driver: str, reaper: Reaper, scratch: Path) -> Iterator[tuple[FixtureProcess, str]]:
    """A server, and where it listens; skipped where there is none."""
    workload = Database(driver=driver)  # type: ignore[arg-type]
    for form in ("blocking", "coroutine"):
        if workload.provides(form) and (why := workload.missing(form)):
            pytest.skip(why)
    with fixture.running(spec_of("database", driver=driver), scratch, reaper, PATIENCE_S) as server:
        yield server, pickle.loads(base64.b64decode(server.value))


def asked(driver: str, form: str, where: str) -> list[Any]:
    """Results of a few ops, of two workers in turn."""
    workload = Database(driver=driver)  # type: ignore[arg-type]
    ctx = Context(where, None, concurrency=2)
    if form == "blocking":
        with workload.blocking(ctx) as one, workload.blocking(replace(ctx, worker=1)) as other:
            return [op() for _ in range(OPS) for op in (one, other)]

    async def main() -> list[Any]:
        async with workload.coroutine(ctx) as one, workload.coroutine(replace(ctx, worker=1)) as other:
            return [await op() for _ in range(OPS) for op in (one, other)]

    return asyncio.run(main())


def balances(driver: str, where: str) -> list[int]:
    """What the accounts of two workers hold, read past the workload."""
    if driver == "sqlite":
        with contextlib.closing(sqlite3.connect(where)) as connection:
            return [
                balance for (balance,) in connection.execute("SELECT balance FROM account WHERE id < 2 ORDER BY id")
            ]
    if driver == "redis":
        import redis

        with redis.Redis(unix_socket_path=where) as client:
            return [int(client.get(f"account:{worker}") or 0) for worker in range(2)]
    import psycopg

    with psycopg.connect(host=where, user="bench", dbname="postgres") as connection:
        return [row[0] for row in connection.execute("SELECT balance FROM account WHERE id < 2 ORDER BY id")]


def test_every_driver_is_a_choice() -> None:
    assert set(DRIVERS) == {"asyncpg", "psycopg", "redis", "sqlite"}
    assert spec_of("database", driver="asyncpg").forms == ("coroutine",)
    assert spec_of("database", driver="psycopg").forms == ("blocking", "coroutine")


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_op_is_one_transaction(driver: str, reaper: Reaper, tmp_path: Path) -> None:
    forms = [form for form in ("blocking", "coroutine") if Database(driver=driver).provides(form)]  # type: ignore[arg-type]
    with served(driver, reaper, tmp_path) as (_, where):
        for asking, form in enumerate(forms, 1):
            assert asked(driver, form, where) == [1] * 2 * OPS
            assert balances(driver, where) == [OPS * asking] * 2


@pytest.mark.parametrize("driver", SERVERS)
def test_a_server_ends_with_its_run_and_leaves_nothing(driver: str, reaper: Reaper, tmp_path: Path) -> None:
    with served(driver, reaper, tmp_path) as (server, where):
        place = Path(where) if driver == "psycopg" else Path(where).parent
        pids = server.pids()
        before_s = server.cpu_s()
        for _ in range(10):  # a child that has ended is told to the tick (10 ms), and one alone may be rounded away
            asked(driver, "blocking", where)
        assert len(pids) > 1
        assert before_s is not None
        assert (server.cpu_s() or 0) > before_s or driver == "redis"  # what its children use is its own; redis is quick

    assert not any(map(psutil.pid_exists, pids))
    assert not place.exists()


@pytest.mark.parametrize("driver", SERVERS)
def test_a_server_whose_run_is_killed_leaves_nothing_either(driver: str, reaper: Reaper, tmp_path: Path) -> None:
    with served(driver, reaper, tmp_path) as (server, where):
        place = Path(where) if driver == "psycopg" else Path(where).parent
        pids = server.pids()
        os.kill(pids[0], signal.SIGKILL)
        with pytest.raises(FixtureFailed):
            server.assert_alive()
    end_s = time.monotonic() + PATIENCE_S
    while any(map(psutil.pid_exists, pids)):
        assert time.monotonic() < end_s
        time.sleep(0.05)
    reaper.clear()
    assert not place.exists()


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo 'FATAL: no room' >&2; exit 1"]
    with (
        pytest.raises(RuntimeError, match="sh did not start: FATAL: no room"),
        databases.running(command, None, tmp_path / "log", lambda: False),
    ):
        pass


def test_what_is_missing_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "found", lambda *places: None)

    assert "apt-get install postgresql" in Database(driver="psycopg").missing("blocking")
    assert "apt-get install redis-server" in Database(driver="redis").missing("blocking")
    assert Database(driver="sqlite").missing("blocking") == ""

    monkeypatch.setattr("workloads.database.find_spec", lambda name: None)
    assert Database(driver="psycopg").missing("coroutine") == "psycopg is not installed: pip install psycopg"
