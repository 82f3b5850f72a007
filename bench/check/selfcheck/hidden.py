"""Known things that are easily missed: shared and late memory, hogs that wait, forked servers, small pools."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.check.selfcheck.check import Check, Experimenter, impossible, interval, judged
from bench.machine import tree
from bench.model import Contestant

MIB = 2**20
SHARED_MIB = 100
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory is the point
NO_SMAPS = "this platform does not tell which pages of a process are shared memory"
PARKED_CORES = 0.01
POOL, WORKERS = 3, 12
SERVED_MS = 2.0


def shared_memory(experimenter: Experimenter) -> Iterator[Check]:
    """The same shared memory reads the same, whoever else maps it."""
    name = f"{SHARED_MIB} MB of shared memory, mapped by three cases, in each"
    if not tree.LINUX or not IN_MEMORY.is_dir():
        yield impossible(name, "-", NO_SMAPS)
        return
    with tempfile.NamedTemporaryFile(dir=IN_MEMORY, prefix="deadheat-truth-") as file, ExitStack() as scope:
        file.write(b"x" * (SHARED_MIB * MIB))
        file.flush()
        lives = [scope.enter_context(experimenter.trial("sync", experimenter.spec("shared", path=file.name)))
                 for _ in range(3)]  # fmt: skip
        for live in lives:
            live.open(1)
        held = [seen.total_bytes / MIB for live in lives if (seen := live.memory_turn(10_000_000))]
    yield judged(
        name, f"{SHARED_MIB} to {SHARED_MIB + 20} MiB", ", ".join(f"{one:.1f}" for one in held) + " MiB",
        passed=len(held) == 3 and all(SHARED_MIB <= one <= SHARED_MIB + 20 for one in held),
        reason="what a case holds depends on who else is alive",
    )  # fmt: skip


def late_memory(experimenter: Experimenter) -> Iterator[Check]:
    """A burst of memory late in a long op is in the figure."""
    name = "60 MB held for 20 ms of an op of 100 ms"
    with experimenter.trial("sync", experimenter.spec("late")) as live:
        live.open(1)
        seen = live.memory_turn(10_000_000)
    if seen is None or seen.typical_bytes is None:
        yield impossible(name, "-", "this platform does not tell the memory of a process")
        return
    yield judged(
        name, "60 to 80 MiB at most, less than 20 MiB typically",
        f"{seen.total_bytes / MIB:.1f} MiB at most, {seen.typical_bytes / MIB:.1f} MiB typically",
        passed=60 * MIB <= seen.total_bytes <= 80 * MIB and seen.typical_bytes < 20 * MIB,
        reason="memory that is held for a part of an op is missed",
    )  # fmt: skip


def parked(experimenter: Experimenter) -> Iterator[Check]:
    """A contestant that would compute all the time uses no CPU while it waits for its turn."""
    name = "a contestant with a busy thread, while others have the turn"
    if not tree.CAN_FREEZE:
        yield impossible(name, "-", "this platform cannot freeze a process")
        return
    result = experimenter.measure(experimenter.spec("hog"), [Contestant("sync"), Contestant("threads")], budget_s=4.0)
    cores = [trial.noise["parked_cpu_s"] / trial.noise["wall_s"] for trial in result.run.trials if trial.noise]
    yield judged(
        name, f"less than {PARKED_CORES:.0%} of a CPU", f"{max(cores, default=1.0):.2%}",
        passed=bool(cores) and max(cores) < PARKED_CORES,
        reason="figures depend on how many runners take part",
    )  # fmt: skip


def forked_server(experimenter: Experimenter) -> Iterator[Check]:
    """CPU of a server's forked children is the server's."""
    name = f"{SERVED_MS:g} ms of CPU per answer in a forked child of the server"
    if sys.platform == "win32":
        yield impossible(name, "-", "this platform cannot fork")
        return

    def measured(budget_s: float) -> tuple[float, float]:
        spec = experimenter.spec("family", cpu_ms=SERVED_MS)
        trials = experimenter.measure(spec, [Contestant("sync")], budget_s=budget_s).run.trials
        costs = [
            sum(turn.server_cpu_s or 0.0 for turn in trial.turns) / sum(turn.all_ops for turn in trial.turns) * 1e3
            for trial in trials
        ]
        return min(costs), max(costs)

    yield interval(name, "ms", measured, SERVED_MS * 0.9, SERVED_MS * 1.2, budget_s=3.0,
                   reason="a server that forks per connection is not seen as busy")  # fmt: skip


def hidden_pool(experimenter: Experimenter) -> Iterator[Check]:
    """A pool smaller than the number of workers is found, with its size."""
    result = experimenter.measure(
        experimenter.spec("pool", size=POOL), [Contestant("sync"), Contestant("threads")], concurrency=(WORKERS,),
        budget_s=5.0,
    )  # fmt: skip
    found = [finding.evidence for finding in result.summary.findings if finding.id == "hidden-pool"]
    name, expected = f"a pool of {POOL} behind {WORKERS} threads", f"hidden-pool: what {POOL} would do"
    if not found and any(finding.id == "noisy-machine" for finding in result.summary.findings):
        yield Check(name, expected, "no finding", "undecided", "beside other programs this is not told")
        return
    sizes = [float(size) for text in found for size in re.findall(r"do what ([\d.]+) would", text)]
    yield judged(
        name, expected, "; ".join(found) or "no finding", passed=any(abs(size - POOL) <= 0.15 * POOL for size in sizes),
        reason="something that admits only a few at a time is not named",
    )  # fmt: skip
