"""How a process of ours comes into being: executed afresh, or forked by a zygote; both give the same handle."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from typing import Protocol

from bench import interpreter


class Process(Protocol):
    """A started process, which leads a process group of its own."""

    @property
    def pid(self) -> int: ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its exit code, negative for a signal.

        Raises:
            subprocess.TimeoutExpired: it is still there after ``timeout`` seconds.
        """
        ...


Launch = Callable[[int, int, int], Process]
"""Starts a process, given the file descriptors of its stdin, stdout and stderr."""


def executed(module: str, environment: Mapping[str, str]) -> Launch:
    """A fresh interpreter that runs ``module``, in a session of its own so that Ctrl-C reaches the parent alone."""

    def launch(stdin: int, stdout: int, stderr: int) -> Process:
        return subprocess.Popen(
            interpreter.command(module),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            env={**os.environ, **environment},
        )

    return launch
