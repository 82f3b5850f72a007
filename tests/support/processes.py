"""Processes that run a few lines and then wait, and what the kernel says of them (Linux)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.machine import tree

MIB = 2**20


@contextmanager
def process(code: str, *arguments: str) -> Iterator[int]:
    """A process that leads a group of its own, runs ``code`` and says READY; its whole tree is killed in the end."""
    with subprocess.Popen(
        [sys.executable, "-c", f"{code}\nprint('READY', flush=True)\nimport time\ntime.sleep(600)", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as child:  # fmt: skip
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "READY\n"
            yield child.pid
        finally:
            tree.kill(tree.of(child.pid))


def state(pid: int) -> str:
    """R running, S sleeping, T stopped, Z zombie, …; X when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"
