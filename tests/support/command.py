"""Python and the real command in processes of their own, and who of them is still alive."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cli.main import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def environment(*before: Path) -> dict[str, str]:
    """An environment without colours, in which this checkout is found from any directory, after those given.

    Nothing in it tells that this is a test: a pytest of its own is no worker of ours.
    """
    found = os.pathsep.join(map(str, [*before, ROOT]))
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**ours, "PYTHONPATH": found, "NO_COLOR": "1", "COLUMNS": "200"}


def python(
    *arguments: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None, timeout_s: float = 100
) -> Done:
    """Run this interpreter and wait for its end."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, env=env or environment(), timeout=timeout_s, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def bench(
    *arguments: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None, timeout_s: float = 100
) -> Done:
    """Run the real command."""
    return python("-m", "bench", *arguments, cwd=cwd, env=env, timeout_s=timeout_s)


def called(*arguments: str | Path, encoding: str = "utf-8") -> Done:
    """Run the command in this process, on streams of its own."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    told = []
    for stream in (out, err):
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        told.append(stream.buffer.getvalue().decode(encoding))
    return Done(code, *told)


def alive(marker: str) -> list[str]:
    """Command lines of live processes whose environment or arguments contain a marker (Linux)."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            text = (directory / "environ").read_bytes() + (directory / "cmdline").read_bytes()
            state = (directory / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if marker.encode() in text and state != "Z" and int(directory.name) != os.getpid():
            found.append((directory / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found
