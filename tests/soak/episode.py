"""One run of the command, the faults that strike it at seeded moments, and what is not as it must be afterwards."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.results import store
from tests.soak import targets
from tests.soak.targets import ENDS, INNOCENT, STRIKES
from tests.support.command import alive, python
from tests.support.interrupted import World
from tests.support.waiting import until
from tests.support.workloads import STRANGERS

FULL = "temporary files full"
HANGS_S = 240.0
TIMEOUT_S = 4
MOMENT_S = 1.5
"""A fault comes so long after the beginning of a bout, at most."""

RUNNERS = "sync,threads,processes,asyncio"
ON_TMPFS = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"')


def can_mount() -> bool:
    """Whether a small file system can be had without being anybody."""
    return (
        shutil.which("unshare") is not None and subprocess.run(["unshare", "-rm", "true"], check=False).returncode == 0
    )


@dataclass
class Outcome:
    """seed: repeats it. struck: (kind, number of the bout). breaches: what is not as it must be."""

    seed: str
    struck: list[tuple[str, int]] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Episode:
    """A run of a healthy workload beside victims."""

    def __init__(self, seed: str, directory: Path, *, mounts: bool) -> None:
        self._drawn = random.Random(seed)
        self._world = World(directory)
        self._log = directory / "log"
        self._outcome = Outcome(seed)
        self._reapers: set[int] = set()
        self._fills = mounts and self._drawn.random() < 0.15
        self._end = self._drawn.choice([*ENDS, *ENDS, ""])
        self._end_bout = self._drawn.randint(2, 8)

    def play(self) -> Outcome:
        """Run, strike, and judge."""
        began_s = time.monotonic()
        process = self._begin()
        ended_by = self._strike(process)
        until(lambda: process.poll() is not None, HANGS_S)
        if process.poll() is None:
            self._outcome.breaches.append(f"it hangs: {''.join(self._world.said)[-2000:]}")
            process.kill()
        self._reap(ended_by)
        code = self._world.end(process)
        self._judge(code, ended_by)
        self._outcome.seconds = time.monotonic() - began_s
        return self._outcome

    def _begin(self) -> subprocess.Popen[str]:
        numbers = [1, 2] if self._fills else [1, 2, 3]
        sets = [f"victim.log={self._log}", f"victim.number={','.join(map(str, numbers))}"]
        sets += ["victim.fills=true"] if self._fills else []
        arguments = [part for one in sets for part in ("--set", one)]
        before = [*ON_TMPFS, str(self._world.temporary)] if self._fills else []
        if self._fills:
            self._outcome.struck.append((FULL, 1))
        return self._world.begin(
            "run", "sleep", str(STRANGERS / "victim.py"), *arguments, "--set", "sleep.duration_ms=5", "-r", RUNNERS,
            "-c", "2", "--blocks", "3", "--budget", "3s", "--timeout", f"{TIMEOUT_S}s",
            "--seed", str(self._drawn.randrange(1 << 30)), "-o", str(self._world.results), before=before,
        )  # fmt: skip

    def _strike(self, process: subprocess.Popen[str]) -> str:
        """A fault in every bout of a victim, until the run ends or is ended; return how it is ended."""
        deadline_s = time.monotonic() + HANGS_S
        for number, label in self._bouts(process, deadline_s):
            at_s = time.monotonic() + self._drawn.uniform(0, MOMENT_S)
            if number >= self._end_bout and self._end:
                self._wait(at_s, process)
                if process.poll() is None and self._world.stopped != "completed":
                    ENDS[self._end][0](process.pid, self._drawn)
                    self._outcome.struck.append((self._end, number))
                    return self._end
            elif label.startswith("victim"):
                self._strike_one(process, number, at_s)
        return ""

    def _strike_one(self, process: subprocess.Popen[str], number: int, at_s: float) -> None:
        kind = self._drawn.choice(sorted(STRIKES))
        role, strike = STRIKES[kind]
        self._wait(at_s, process)
        while self._current() == number and process.poll() is None:
            pids = targets.found(process.pid, self._log)
            self._reapers |= set(pids["reaper"])
            if pids[role] and strike(self._drawn.choice(pids[role]), self._drawn):
                self._outcome.struck.append((kind, number))
                return
            time.sleep(0.01)

    def _wait(self, at_s: float, process: subprocess.Popen[str]) -> None:
        while time.monotonic() < at_s and process.poll() is None:
            time.sleep(0.005)

    def _current(self) -> int:
        begun = self._begun()
        return begun[-1][0] if begun else 0

    def _begun(self) -> list[tuple[int, str]]:
        """Number and label of the bouts that have begun."""
        lines = [line for line in self._world.said if line.startswith("[")]
        return [(int(line[1 : line.index("/")]), line.partition(", ")[2].rpartition(", ")[0]) for line in lines]

    def _bouts(self, process: subprocess.Popen[str], deadline_s: float) -> Iterator[tuple[int, str]]:
        """Each bout as it begins."""
        seen = 0
        while process.poll() is None and time.monotonic() < deadline_s:
            begun = self._begun()
            if len(begun) > seen:
                seen = len(begun)
                yield begun[-1]
            time.sleep(0.005)

    def _reap(self, ended_by: str) -> None:
        """Let what comes after a session do its work; until then its processes hold the pipes that `end` reads."""
        for pid in self._reapers:
            _go_on(pid)  # one that was stopped has yet to do its work
        if ended_by == "SIGKILL":
            reaped = until(lambda: not alive(self._world.mark) and not any(self._world.temporary.iterdir()), 3)
            if not reaped:  # its reaper was struck, too: the next session does it
                self._sweep()

    def _judge(self, code: int, ended_by: str) -> None:
        breaches = self._outcome.breaches
        breaches += self._world.complaints(killed=ended_by in {"SIGKILL", "disk full"})
        expected = ENDS[ended_by][1] if ended_by else 0
        if code != expected and not (code == 0 and self._world.stopped == "completed"):
            breaches.append(
                f"exit code {code}, not {expected}, after {ended_by or 'all bouts'}: {self._world.said[-3:]}"
            )
        breaches += self._misjudged()

    def _sweep(self) -> None:
        code = "from bench.process.reaper import Reaper\nwith Reaper(): pass"
        python("-c", code, env=self._world.environment)

    def _misjudged(self) -> Iterator[str]:
        """Of what is stored: who has no figures although nothing struck it."""
        if self._world.run is None:
            return
        try:
            store.read(self._world.run)
        except BenchError as error:
            yield f"the run cannot be read: {error}"
            return
        trials = self._world.run / "trials.jsonl"
        lines = [json.loads(line) for line in trials.read_text().splitlines()] if trials.exists() else []
        blocks: dict[tuple[int, str], list[dict[str, Any]]] = {}
        for line in lines:
            blocks.setdefault((line["block"], line["workload"]), []).append(line)
        struck = dict(number_and_kind[::-1] for number_and_kind in self._outcome.struck)
        out: dict[str, set[str]] = {}
        for number, ((_, label), bout) in enumerate(blocks.items(), start=1):
            failed = {line["runner"]: line["reason"] for line in bout if line["status"] != "measured"}
            new = {runner: why for runner, why in failed.items() if runner not in out.get(label, set())}
            out[label] = set(failed)
            yield from self._misjudged_bout(label, struck.get(number, ""), new)

    def _misjudged_bout(self, label: str, kind: str, new: dict[str, str]) -> Iterator[str]:
        if self._fills and label.startswith("victim"):
            return
        if label.startswith("sleep") or kind in INNOCENT or not kind:
            yield from (f"{label} on {runner}, struck by {kind or 'nothing'}: {why}" for runner, why in new.items())
        elif not kind.startswith("fixture") and len(new) > 1:
            yield f"{label}: {kind} cost more than one contestant its figures: {new}"


def _go_on(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGCONT)
    except OSError:
        return
