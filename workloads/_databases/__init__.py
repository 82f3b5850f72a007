"""Databases of the database workload: one module per driver, each with the servers and the forms it has.

A module states ``LIBRARIES`` (form -> distribution), ``missing()`` (why there is no server here, with the remedy),
``serving(directory)`` (a context manager that yields where it listens) and, for each form it has, ``blocking(where,
worker)`` or ``coroutine(where, worker)``: a context manager that connects and yields the op. The op is one transaction
that adds 1 to the worker's own account and reads it back; it returns how many accounts it has changed, and -1 where it
read back no balance. ``accelerated()`` may tell what is compiled (`bench.workload.Workload.accelerators`).
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

ACCOUNTS = 4_096
"""As many workers as there can be."""

PATIENCE_S = 30.0


def names() -> tuple[str, ...]:
    """Drivers: the public modules of this folder."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("[!_]*.py")))


def load(driver: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{driver}")


def found(program: str, *places: str) -> str | None:
    """Where a server's program is: on PATH, or in the newest of the places where distributions put it."""
    kept = (str(path) for place in places for path in sorted(Path("/").glob(place.lstrip("/")), reverse=True))
    return shutil.which(program) or next(kept, None)


@contextmanager
def short_place(user: str | None) -> Iterator[Path]:
    """A directory for a server's files and socket, removed in the end, or by the harness where the fixture is killed.

    It lies where temporary files do: the name of a unix socket has 107 characters at most, and a server that refuses
    to be root cannot enter where only root may.
    """
    with tempfile.TemporaryDirectory(prefix="database-") as place:
        if user:
            shutil.chown(place, user)
        yield Path(place)


@contextmanager
def running(command: list[str], user: str | None, log: Path, answers: Callable[[], bool]) -> Iterator[None]:
    """A server, from when it answers until it has ended."""
    with log.open("wb") as said:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, user=user, extra_groups=[] if user else None
        )
    try:
        end_s = time.monotonic() + PATIENCE_S
        while not answers():
            if server.poll() is not None or time.monotonic() > end_s:
                raise RuntimeError(f"{Path(command[0]).name} did not start: {_last_line(log)}")
            time.sleep(0.01)
        yield
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _last_line(log: Path) -> str:
    return (log.read_text(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
