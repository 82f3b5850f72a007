"""Processes that do one thing and then wait, to be looked at from outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def process(code: str) -> Iterator[int]:
    """A process that runs ``code``, says READY, and waits to be told to go."""
    child = subprocess.Popen(
        [sys.executable, "-c", f"{code}\nprint('READY', flush=True)\ninput()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "READY\n"
    try:
        yield child.pid
    finally:
        child.communicate("\n")
