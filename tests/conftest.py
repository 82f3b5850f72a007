"""What many tests share: the runners that can run here, a real command line, and files that strangers drop in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench import discovery
from bench.model import WorkloadSpec
from bench.reaper import Reaper
from bench.trial import runners
from bench.trial.runners import RunnerInfo

ROOT = Path(__file__).parent.parent
STRANGERS = Path(__file__).parent / "strangers"


@pytest.fixture(params=runners.names())
def runner(request: pytest.FixtureRequest) -> RunnerInfo:
    """Every runner in turn; one whose library is missing is skipped with the line that would install it."""
    info = runners.catalogue()[request.param]
    if (why := runners.missing(info)) is not None:
        pytest.skip(why)
    return info


@pytest.fixture
def reaper() -> Iterator[Reaper]:
    with Reaper() as started:
        yield started


def spec_of(name: str, **parameters: object) -> WorkloadSpec:
    """A workload of ours by name, or a stranger's by file name."""
    file = STRANGERS / name
    catalogue = discovery.discover([file] if name.endswith(".py") else [])
    wanted = file.stem if name.endswith(".py") else name
    sets = {wanted: {key: [str(value)] for key, value in parameters.items()}} if parameters else {}
    return discovery.specs(catalogue, [wanted], sets)[0]


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def environment() -> dict[str, str]:
    """An environment without colours, in which the command finds this checkout from any directory."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}


def bench(*arguments: str | Path, cwd: Path | None = None, timeout_s: float = 100) -> Done:
    """Run the real command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, env=environment(), timeout=timeout_s, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: playwright keeps an event loop running in this thread for as long as it is open."""
    items.sort(key=lambda item: "report" in item.path.relative_to(ROOT).parts)
