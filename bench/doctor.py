"""`bench doctor`: is this machine, as it is now, fit to measure on?

Every check is a pure judgement of facts that were read before, so a test can feed it any machine. What a platform
does not tell is no fault of the machine's: such a check is ok and says so.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import psutil

from bench import machine, resources
from bench.placement import usable_cpus

Level = Literal["ok", "warn", "fail"]

NOT_TOLD = "not told by this platform"
LEVELS_OF_C = (64, 256, 1024)
"""Concurrencies against which limits are held; 64 is the default profile's largest."""

GOOD_CLOCKS = {"tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page"}
"""Clock sources that are read without entering the kernel."""

SLOW_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse", "fuseblk", "sshfs", "virtiofs"}
LIBRARIES = ("aiohttp", "numpy", "scipy", "urllib3", "uvloop")

_GIB = 1 << 30
_MIB = 1 << 20
_BUSY_LOOK_S = 0.2
_HAS_LIMITS = sys.platform != "win32"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line of the doctor's: what was found, and what to do about it (empty when ok)."""

    name: str
    status: Level
    found: str
    remedy: str = ""


def examine(results: Path) -> list[Diagnosis]:
    """Look at this machine for a run that is stored below ``results``; takes about half a second."""
    facts = machine.environment(results, LIBRARIES)
    usable = usable_cpus()
    home = _existing(results)
    return [
        cores(len(usable), facts["cpus_online"]),
        quota(facts["cpu_limit"], len(usable), told=resources.LINUX),
        governor(_governors(usable)),
        turbo(_turbo()),
        smt(_sibling_groups(usable)),
        load(facts["load_1min"], len(usable)),
        pressure(facts["pressure"].get("some_avg10")),
        busy(_busy_shares(_BUSY_LOOK_S)),
        memory(_room_bytes(facts["memory_limit_bytes"]), facts["memory_limit_bytes"]),
        swap(psutil.swap_memory().used, psutil.virtual_memory().total),
        open_files(_limit("RLIMIT_NOFILE"), told=_HAS_LIMITS),
        tasks(_room_for_tasks(), told=_HAS_LIMITS),
        ports(_text("/proc/sys/net/ipv4/ip_local_port_range")),
        clock(facts["clock"]),
        timer(*_timer_ns()),
        python(facts, debug=bool(sysconfig.get_config_var("Py_DEBUG")) or hasattr(sys, "gettotalrefcount")),
        tracing(_tracers()),
        libraries(facts["libraries"]),
        uvloop(facts["libraries"]["uvloop"], possible=sys.platform != "win32" and facts["implementation"] == "CPython"),
        disk(facts["filesystem"], shutil.disk_usage(home).free, writable=os.access(home, os.W_OK)),
    ]  # fmt: skip


_GRAVEST = (
    "busy", "pressure", "load", "quota", "swap", "tracing", "python", "governor", "turbo", "smt", "cores", "clock",
    "timer", "memory", "open files", "tasks", "ports", "results", "libraries", "uvloop",
)  # fmt: skip
"""From what distorts numbers most to what merely leaves something out."""


def gravest(diagnoses: Iterable[Diagnosis], most: int = 3) -> list[Diagnosis]:
    """The few that should open a run: failures first, then the warnings that distort numbers most."""
    bad = [diagnosis for diagnosis in diagnoses if diagnosis.status != "ok"]
    return sorted(bad, key=lambda one: (one.status != "fail", _GRAVEST.index(one.name)))[:most]


# --- judging: facts -> diagnosis; None is a fact the platform does not tell ---------------------------------------


def cores(usable: int, online: int | None) -> Diagnosis:
    found = f"{usable} usable of {online or usable}"
    if usable == 1:
        return Diagnosis("cores", "warn", found, "threads, processes and servers share one CPU; use a machine with two")
    return Diagnosis("cores", "ok", found)


def quota(limit: float | None, usable: int, *, told: bool) -> Diagnosis:
    """A quota below the CPUs stops every process for the rest of each 100 ms period."""
    if limit is None:
        return Diagnosis("quota", "ok", "none" if told else NOT_TOLD)
    found = f"{limit:g} CPUs' time on {usable} CPUs"
    if limit < usable:
        return Diagnosis("quota", "warn", found, "grant whole CPUs instead of time (docker: --cpuset-cpus, not --cpus)")
    return Diagnosis("quota", "ok", found)


def governor(names: Sequence[str]) -> Diagnosis:
    if not names:
        return Diagnosis("governor", "ok", NOT_TOLD)
    found = ", ".join(sorted(set(names)))
    if set(names) == {"performance"}:
        return Diagnosis("governor", "ok", found)
    return Diagnosis("governor", "warn", found, "sudo cpupower frequency-set -g performance")


def turbo(on: bool | None) -> Diagnosis:
    """With turbo one busy core is faster than two, which flatters whatever uses one."""
    if on is None:
        return Diagnosis("turbo", "ok", NOT_TOLD)
    if on:
        return Diagnosis(
            "turbo", "warn", "on: one busy core runs faster than several", "sudo python -m pyperf system tune"
        )
    return Diagnosis("turbo", "ok", "off")


def smt(groups: Sequence[Sequence[int]]) -> Diagnosis:
    """Args: groups: the usable CPUs, those of one physical core together."""
    if not groups:
        return Diagnosis("smt", "ok", NOT_TOLD)
    shared = [group for group in groups if len(group) > 1]
    if shared:
        one_each = ",".join(str(group[0]) for group in groups)
        found = f"{sum(map(len, groups))} CPUs are {len(groups)} cores (siblings: {_list(shared[0])})"
        return Diagnosis(
            "smt", "warn", found, f"two siblings are less than two CPUs; try taskset -c {one_each} bench run"
        )
    return Diagnosis("smt", "ok", "no two CPUs share a core")


def load(one_minute: float | None, usable: int) -> Diagnosis:
    if one_minute is None:
        return Diagnosis("load", "ok", NOT_TOLD)
    found = f"{one_minute:.1f} over the last minute"
    if one_minute > 0.5 * usable:
        return Diagnosis("load", "warn", found, "wait until what runs here has ended")
    return Diagnosis("load", "ok", found)


def pressure(avg10: float | None) -> Diagnosis:
    if avg10 is None:
        return Diagnosis("pressure", "ok", NOT_TOLD)
    found = f"some task waited for a CPU {avg10:.0f} % of the last 10 s"
    if avg10 > 5:
        return Diagnosis("pressure", "warn", found, "stop what else runs; numbers taken now are noisy")
    return Diagnosis("pressure", "ok", found)


def busy(shares: Mapping[str, float]) -> Diagnosis:
    """Args: shares: name of a process that is not ours -> share of one CPU it takes."""
    total = sum(shares.values())
    if total <= 0.1:
        return Diagnosis("busy", "ok", f"others take {total:.0%} of a CPU")
    worst = sorted(shares.items(), key=lambda item: -item[1])[:3]
    named = ", ".join(f"{name} {share:.0%}" for name, share in worst)
    return Diagnosis("busy", "warn", f"others take {total:.0%} of a CPU: {named}", "stop them while measuring")


def memory(room_bytes: int, limit_bytes: int | None) -> Diagnosis:
    """64 client processes hold about 1 GB."""
    limited = f", limited to {_bytes(limit_bytes)}" if limit_bytes else ""
    found = f"{_bytes(room_bytes)} available{limited}"
    if room_bytes < _GIB // 4:
        return Diagnosis("memory", "fail", found, "free some memory or raise the limit; runners would be killed")
    if room_bytes < _GIB:
        return Diagnosis("memory", "warn", found, "free some memory, or keep processes to a lower concurrency")
    return Diagnosis("memory", "ok", found)


def swap(used_bytes: int, memory_bytes: int) -> Diagnosis:
    found = f"{_bytes(used_bytes)} used"
    if used_bytes > 0.01 * memory_bytes:
        return Diagnosis("swap", "warn", found, "memory was short: free some, then sudo swapoff -a && sudo swapon -a")
    return Diagnosis("swap", "ok", found)


def open_files(limit: int | None, *, told: bool) -> Diagnosis:
    """A worker holds a connection or a file, and a worker process two pipe ends; 64 more for the rest."""
    return _reaching("open files", limit, lambda c: 2 * c + 64, "ulimit -n", told=told)


def tasks(room: int | None, *, told: bool) -> Diagnosis:
    """Args: room: threads and processes this user may still start."""
    return _reaching("tasks", room, lambda c: c + 64, "ulimit -u", told=told)


def _reaching(name: str, limit: int | None, need: Callable[[int], int], command: str, *, told: bool) -> Diagnosis:
    """Hold a limit against what each concurrency needs."""
    if limit is None:
        return Diagnosis(name, "ok", "no limit" if told else NOT_TOLD)
    reached = [c for c in LEVELS_OF_C if need(c) <= limit]
    remedy = f"{command} {4 * need(LEVELS_OF_C[-1])}"
    if not reached:
        return Diagnosis(name, "fail", f"{limit}: too few for C = {LEVELS_OF_C[0]}", remedy)
    found = f"{limit}: enough for C = {reached[-1]}"
    return Diagnosis(name, "ok", found) if reached[-1] == LEVELS_OF_C[-1] else Diagnosis(name, "warn", found, remedy)


def ports(low_high: str | None) -> Diagnosis:
    """Connections are kept alive, so a few thousand ephemeral ports are plenty; one per op would need more."""
    words = (low_high or "").split()
    if len(words) != 2:
        return Diagnosis("ports", "ok", NOT_TOLD)
    number = int(words[1]) - int(words[0]) + 1
    found = f"{number} ephemeral"
    if number < 4096:
        return Diagnosis("ports", "warn", found, "sudo sysctl net.ipv4.ip_local_port_range='32768 60999'")
    return Diagnosis("ports", "ok", found)


def clock(source: str | None) -> Diagnosis:
    if source is None:
        return Diagnosis("clock", "ok", NOT_TOLD)
    if source in GOOD_CLOCKS:
        return Diagnosis("clock", "ok", source)
    return Diagnosis("clock", "warn", source, "each clock read enters the kernel; boot with clocksource=tsc if stable")


def timer(step_ns: int, read_ns: float) -> Diagnosis:
    """Args: step_ns: smallest step seen. read_ns: cost of one read, which every op pays once."""
    found = f"perf_counter steps {step_ns} ns, a read costs {read_ns:.0f} ns"
    if step_ns > 1_000 or read_ns > 500:
        return Diagnosis("timer", "warn", found, "do not trust ops below 100 us here; see clock")
    return Diagnosis("timer", "ok", found)


def python(facts: Mapping[str, Any], *, debug: bool) -> Diagnosis:
    """Args: facts: as of `machine.environment`."""
    threading = "GIL" if facts["gil"] else "no GIL"
    found = f"{facts['implementation']} {facts['python']}, {threading}"
    if debug:
        return Diagnosis(
            "python", "warn", f"{found}, debug build", "use a release build; a debug build shifts all ratios"
        )
    if facts["free_threaded_build"] and facts["gil"]:
        remedy = "an extension switched the GIL back on, or PYTHON_GIL=1 did; numbers are those of a GIL build"
        return Diagnosis("python", "warn", f"{found} in a free-threaded build", remedy)
    return Diagnosis("python", "ok", found)


def tracing(tracers: Sequence[str]) -> Diagnosis:
    if tracers:
        return Diagnosis(
            "tracing", "warn", ", ".join(tracers), "measure without them; they slow every runner differently"
        )
    return Diagnosis("tracing", "ok", "no debugger, profiler or coverage")


def libraries(versions: Mapping[str, str | None]) -> Diagnosis:
    """uvloop is optional and has a line of its own."""
    needed = {name: version for name, version in versions.items() if name != "uvloop"}
    found = ", ".join(f"{name} {version or 'missing'}" for name, version in needed.items())
    absent = [name for name, version in needed.items() if version is None]
    if absent:
        return Diagnosis("libraries", "fail", found, f"make setup, or pip install {' '.join(absent)}")
    return Diagnosis("libraries", "ok", found)


def uvloop(version: str | None, *, possible: bool) -> Diagnosis:
    if version is not None:
        return Diagnosis("uvloop", "ok", version)
    if not possible:
        return Diagnosis("uvloop", "ok", "does not exist for this platform; its runner is left out")
    return Diagnosis("uvloop", "warn", "not installed; its runner is left out", "pip install uvloop")


def disk(filesystem: str, free_bytes: int, *, writable: bool) -> Diagnosis:
    found = f"{filesystem}, {_bytes(free_bytes)} free"
    if not writable:
        return Diagnosis("results", "fail", f"{found}, not writable", "choose a directory you may write to with -o")
    if free_bytes < 50 * _MIB:
        return Diagnosis("results", "fail", found, "free some space, or choose another directory with -o")
    if free_bytes < _GIB:
        return Diagnosis("results", "warn", found, "free some space; file workloads write there too")
    if filesystem.partition(".")[0] in SLOW_FILESYSTEMS:
        return Diagnosis("results", "warn", found, "file workloads measure this network; choose a local disk with -o")
    if filesystem in {"tmpfs", "ramfs"}:
        return Diagnosis("results", "warn", found, "file workloads measure memory here; choose a disk with -o")
    return Diagnosis("results", "ok", found)


def _list(cpus: Sequence[int]) -> str:
    return " and ".join(map(str, cpus))


def _bytes(number: int | None) -> str:
    assert number is not None
    return f"{number / _GIB:.1f} GiB" if number >= _GIB else f"{number / _MIB:.0f} MiB"


# --- reading ------------------------------------------------------------------------------------------------------


def _text(path: str | Path) -> str | None:
    """A small file of the kernel's; None where there is none."""
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None


def _existing(directory: Path) -> Path:
    """The directory, or the nearest above it that exists already."""
    directory = directory.resolve()
    return next(path for path in (directory, *directory.parents) if path.is_dir())


def _governors(cpus: Iterable[int]) -> list[str]:
    names = (_text(f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor") for cpu in cpus)
    return [name for name in names if name]


def _turbo() -> bool | None:
    off = _text("/sys/devices/system/cpu/intel_pstate/no_turbo")
    if off is not None:
        return off == "0"
    on = _text("/sys/devices/system/cpu/cpufreq/boost")
    return None if on is None else on == "1"


def _sibling_groups(cpus: Sequence[int]) -> list[list[int]]:
    """Usable CPUs grouped by physical core; empty when not told."""
    groups: dict[str, list[int]] = {}
    for cpu in cpus:
        siblings = _text(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        if siblings is None:
            return []
        groups.setdefault(siblings, []).append(cpu)
    return list(groups.values())


def _busy_shares(look_s: float) -> dict[str, float]:
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
    return resources.cpu_s([pid])


def _room_bytes(limit_bytes: int | None) -> int:
    available = psutil.virtual_memory().available
    used = _text("/sys/fs/cgroup/memory.current")
    return min(available, limit_bytes - int(used)) if limit_bytes and used else available


def _limit(name: str) -> int | None:
    """A soft limit of this process; None without one or where the platform has none."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft: int = resource.getrlimit(getattr(resource, name))[0]
    return None if soft == resource.RLIM_INFINITY else soft


def _room_for_tasks() -> int | None:
    """Threads and processes that may still be started here; root is bound by the control group only."""
    rooms = []
    most, present = _text("/sys/fs/cgroup/pids.max"), _text("/sys/fs/cgroup/pids.current")
    if most and most.isdigit() and present:
        rooms.append(int(most) - int(present))
    limit = _limit("RLIMIT_NPROC") if sys.platform != "win32" and os.geteuid() else None
    if limit is not None:
        mine = [p.info for p in psutil.process_iter(["uids", "num_threads"]) if p.info["uids"]]
        rooms.append(limit - sum(info["num_threads"] or 1 for info in mine if info["uids"].real == os.getuid()))
    return min(rooms, default=None)


def _timer_ns(reads: int = 20_000) -> tuple[int, float]:
    """Smallest step of the clock, and the cost of one read."""
    now = time.perf_counter_ns
    seen = [now() for _ in range(reads)]
    steps = [b - a for a, b in pairwise(seen) if b > a]
    return min(steps, default=seen[-1] - seen[0]), (seen[-1] - seen[0]) / reads


def _tracers() -> list[str]:
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
