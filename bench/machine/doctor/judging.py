"""Facts -> diagnoses (pure); None is a fact that the platform does not tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["ok", "warn", "fail"]

NOT_TOLD = "not told by this platform"
LEVELS_OF_C = (64, 256, 1024)
"""Concurrencies against which limits are held; 64 is the default profile's largest."""

GOOD_CLOCKS = {"tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page"}
"""Clock sources that are read without entering the kernel."""

SLOW_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse", "fuseblk", "sshfs", "virtiofs"}

_GIB = 1 << 30
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line of the doctor's: what was found, and what to do about it (empty when ok)."""

    name: str
    status: Level
    found: str
    remedy: str = ""


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


def memory(room_bytes: int | None, limit_bytes: int | None) -> Diagnosis:
    """64 client processes hold about 1 GB."""
    if room_bytes is None:
        return Diagnosis("memory", "ok", NOT_TOLD)
    limited = f", limited to {_bytes(limit_bytes)}" if limit_bytes else ""
    found = f"{_bytes(room_bytes)} available{limited}"
    if room_bytes < _GIB // 4:
        return Diagnosis("memory", "fail", found, "free some memory or raise the limit; runners would be killed")
    if room_bytes < _GIB:
        return Diagnosis("memory", "warn", found, "free some memory, or keep processes to a lower concurrency")
    return Diagnosis("memory", "ok", found)


def swap(used_bytes: int | None, memory_bytes: int | None) -> Diagnosis:
    if used_bytes is None or memory_bytes is None:
        return Diagnosis("swap", "ok", NOT_TOLD)
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
    """Args: facts: as of `machine.facts.environment`."""
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
