"""What the platform tells of itself, where `bench.machine.facts` does not read it already."""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import psutil

from bench.machine import ram, tree

HAS_LIMITS = sys.platform != "win32"


def text(path: str | Path) -> str | None:
    """A small file of the kernel's; None where there is none."""
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None


def existing(directory: Path) -> Path:
    """The directory, or the nearest above it that exists already."""
    directory = directory.resolve()
    return next(path for path in (directory, *directory.parents) if path.is_dir())


def governors(cpus: Iterable[int]) -> list[str]:
    names = (text(f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor") for cpu in cpus)
    return [name for name in names if name]


def turbo() -> bool | None:
    off = text("/sys/devices/system/cpu/intel_pstate/no_turbo")
    if off is not None:
        return off == "0"
    on = text("/sys/devices/system/cpu/cpufreq/boost")
    return None if on is None else on == "1"


def sibling_groups(cpus: Sequence[int]) -> list[list[int]]:
    """Usable CPUs grouped by physical core; empty when not told."""
    groups: dict[str, list[int]] = {}
    for cpu in cpus:
        siblings = text(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        if siblings is None:
            return []
        groups.setdefault(siblings, []).append(cpu)
    return list(groups.values())


def busy_shares(look_s: float) -> dict[str, float]:
    """Name -> share of one CPU, for every other process that used more than 2 % of one while we looked."""
    before = {process.pid: (process, _cpu_s(process.pid)) for process in psutil.process_iter(["name"])}
    began_s = time.perf_counter()
    time.sleep(look_s)
    shares: dict[str, float] = {}
    for pid, (process, cpu_s) in before.items():
        share = (_cpu_s(pid) - cpu_s) / (time.perf_counter() - began_s)
        if pid != os.getpid() and share > 0.02:
            name = process.info["name"] or str(pid)
            shares[name] = shares.get(name, 0.0) + share
    return shares


def _cpu_s(pid: int) -> float:
    return tree.cpu_s([pid])


def room_bytes(limit_bytes: int | None) -> int | None:
    memory, used = ram.ram(), text("/sys/fs/cgroup/memory.current")
    rooms = [memory.available_bytes] if memory else []
    if limit_bytes and used:
        rooms.append(limit_bytes - int(used))
    return min(rooms, default=None)


def limit(name: str) -> int | None:
    """A soft limit of this process; None without one or where the platform has none."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft: int = resource.getrlimit(getattr(resource, name))[0]
    return None if soft == resource.RLIM_INFINITY else soft


def room_for_tasks() -> int | None:
    """Threads and processes that may still be started here; root is bound by the control group only."""
    rooms = []
    most, present = text("/sys/fs/cgroup/pids.max"), text("/sys/fs/cgroup/pids.current")
    if most and most.isdigit() and present:
        rooms.append(int(most) - int(present))
    mine_at_most = limit("RLIMIT_NPROC") if sys.platform != "win32" and os.geteuid() else None
    if mine_at_most is not None:
        mine = [p.info for p in psutil.process_iter(["uids", "num_threads"]) if p.info["uids"]]
        rooms.append(mine_at_most - sum(info["num_threads"] or 1 for info in mine if info["uids"].real == os.getuid()))
    return min(rooms, default=None)


def timer_ns(reads: int = 20_000) -> tuple[int, float]:
    """Smallest step of the clock, and the cost of one read."""
    now = time.perf_counter_ns
    seen = [now() for _ in range(reads)]
    steps = [b - a for a, b in pairwise(seen) if b > a]
    return min(steps, default=seen[-1] - seen[0]), (seen[-1] - seen[0]) / reads


def tracers() -> list[str]:
    """What watches this interpreter, or will watch the processes it starts."""
    found = [
        ("a trace function", sys.gettrace() is not None),
        ("a profile function", sys.getprofile() is not None),
        ("tracemalloc", tracemalloc.is_tracing() or "PYTHONTRACEMALLOC" in os.environ),
        ("development mode", sys.flags.dev_mode),
        ("asyncio's debug mode", "PYTHONASYNCIODEBUG" in os.environ),
        ("coverage of subprocesses", "COVERAGE_PROCESS_START" in os.environ),
        ("perf support", "PYTHONPERFSUPPORT" in os.environ),
    ]
    monitoring = getattr(sys, "monitoring", None)  # Python 3.12
    if monitoring is not None:
        tools = filter(None, map(monitoring.get_tool, range(6)))
        found += [(f"monitoring by {tool}", True) for tool in tools]
    return [name for name, present in found if present]
