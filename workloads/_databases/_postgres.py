"""A PostgreSQL server of the run's own: found on PATH or in Debian's place, on a throw-away directory and a socket."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workloads import _databases as databases

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # the data are thrown away, and models are compared, not disks
    "max_connections": "200",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "logging_collector": "off",
}

SCHEMA = (
    "CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 50); "
    "INSERT INTO account SELECT n, 0 FROM generate_series(0, LAST) n"
).replace("LAST", str(databases.ACCOUNTS - 1))

CONNECT = "user=bench dbname=postgres"


def program(name: str) -> str | None:
    return databases.found(name, *(f"{place}/{name}" for place in PLACES))


def missing() -> str:
    if all(map(program, ("postgres", "initdb", "psql"))):
        return ""
    return "no PostgreSQL server found on PATH or in /usr/lib/postgresql: apt-get install postgresql"


@contextmanager
def serving(directory: Path) -> Iterator[str]:
    """Yield the directory of its socket."""
    user = _unprivileged()
    with databases.short_place(user) as place:
        _run(user, "initdb", "-D", str(place / "data"), "-U", "bench", "--no-sync", "--auth=trust", "--locale=C")
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [_found("postgres"), "-D", str(place / "data"), "-k", str(place), *settings]
        ready = _asking(user, place, "SELECT 1")
        with databases.running(command, user, directory / "postgres.log", lambda: _quiet(ready, user)):
            _run(user, *_asking(user, place, SCHEMA))
            yield str(place)


def _unprivileged() -> str | None:
    """Whom the server runs as where we are root, which it refuses to be."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _asking(user: str | None, place: Path, statement: str) -> list[str]:
    return ["psql", "-h", str(place), "-U", "bench", "-d", "postgres", "-qXAt", "-c", statement]


def _found(name: str) -> str:
    path = program(name)
    assert path is not None, "missing() was asked"
    return path


def _quiet(command: list[str], user: str | None) -> bool:
    done = subprocess.run([_found(command[0]), *command[1:]], capture_output=True, check=False, user=user, cwd="/")
    return done.returncode == 0


def _run(user: str | None, name: str, *arguments: str) -> None:
    done = subprocess.run([_found(name), *arguments], capture_output=True, text=True, check=False, user=user, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{name} failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
