"""A real run of the command in a world of its own, so that whatever it leaves behind is seen (Linux)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from typing import IO, Any

from tests.support.command import ROOT, alive, environment
from tests.support.waiting import until

KEPT = {"run.json", "trials.jsonl", "report.html", ".charts.json"}
"""All that a run directory may hold when its command has ended."""


@dataclass
class World:
    """Where a run lives: its results, its temporary files, and what it has said."""

    path: Path
    said: list[str] = field(default_factory=list)
    out: str = ""

    def __post_init__(self) -> None:
        self.results = self.path / "results of it"
        self.temporary = self.path / "tmp"
        self.temporary.mkdir(parents=True)

    @property
    def mark(self) -> str:
        """In the environment of every process of this world."""
        return f"DEADHEAT_TEST={self.path}/"

    @property
    def environment(self) -> dict[str, str]:
        return {**environment(), "TMPDIR": str(self.temporary), "DEADHEAT_TEST": f"{self.path}/"}

    def begin(self, *arguments: str, before: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Start the command; what it says on stderr is in ``said``, line by line, as soon as it is said.

        Args:
            before: what executes it.
        """
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "bench", *arguments], cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stderr is not None
        self._listener = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._listener.start()
        return process

    def end(self, process: subprocess.Popen[str], timeout_s: float = 100.0) -> int:
        """Wait for the command's end; return its exit code."""
        with process:
            assert process.stdout is not None
            self.out = process.stdout.read()
            code = process.wait(timeout_s)
            self._listener.join()
        return code

    def _listen(self, stream: IO[str]) -> None:
        for line in stream:
            self.said.append(line)

    def told(self, beginning: str) -> bool:
        """Whether a line that begins so was said."""
        return any(line.startswith(beginning) for line in self.said)

    @property
    def run(self) -> Path | None:
        """The directory of the run, if it has come to one."""
        directory = self.results / "latest"
        return directory.resolve() if directory.exists() else None

    @property
    def stopped(self) -> str:
        """How the run says it stopped; empty before there is one."""
        return str(self.stored()["stopped"]) if self.run else ""

    def stored(self) -> dict[str, Any]:
        assert self.run is not None
        told: dict[str, Any] = json.loads((self.run / "run.json").read_text())
        return told

    @property
    def bouts(self) -> int:
        """How many bouts are stored."""
        trials = self.run / "trials.jsonl" if self.run else None
        if trials is None or not trials.exists():
            return 0
        lines = [json.loads(line) for line in trials.read_text().splitlines(keepends=True) if line[-1] == "\n"]
        return len({(line["block"], line["workload"]) for line in lines})

    def complaints(self, *, killed: bool = False) -> list[str]:
        """Everything that is not as it must be once the command has ended; empty when all is.

        Args:
            killed: it could not put anything in order itself.
        """
        said = "".join(self.said)
        found = [f"it said {word!r}: {said[-3000:]}" for word in ("Traceback", "Exception ignored") if word in said]
        until(lambda: not alive(self.mark), 5)
        found += [f"still alive: {line}" for line in alive(self.mark)]
        found += [f"left in the place for temporary files: {path.name}" for path in self.temporary.iterdir()]
        if self.run is not None:
            there = {path.name for path in self.run.iterdir()} - KEPT
            left = {name for name in there if not (killed and name.endswith(".new"))}
            found += [f"left in the run's directory: {name}" for name in left]
            if self.stopped == "running" and not killed:
                found.append("the run says that it is still running")
            begun = [int(line[1 : line.index("/")]) for line in self.said if line.startswith("[")]
            if begun and self.bouts < begun[-1] - 1:
                found.append(f"{begun[-1] - 1} bouts were done and {self.bouts} are stored")
        return found


def lets_signals_in(process: subprocess.Popen[str]) -> bool:
    """Whether the command handles signals by now: before that it is the interpreter that starts."""
    try:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    except OSError:
        return True
    caught = next((int(line.split()[1], 16) for line in lines if line.startswith("SigCgt")), 0)
    return process.poll() is not None or bool(caught >> (SIGTERM - 1) & 1)
