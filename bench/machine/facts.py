"""Facts about this machine, this Python and the libraries that take part. Everything a reader needs to repeat a run."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

from bench import interpreter
from bench.machine import cgroups, ram
from bench.machine.placement import usable_cpus

FINGERPRINT = (
    "cpu_model", "cpus", "cpu_limit", "memory_bytes", "system", "kernel", "machine",
    "python", "implementation", "compiler", "gil", "flags", "libraries",
)  # fmt: skip
"""What must be the same for two sets of blocks to belong to one run."""


def environment(directory: Path, distributions: Iterable[str]) -> dict[str, Any]:
    """Describe the machine as it is now.

    Args:
        directory: where the run writes; its filesystem is named.
        distributions: libraries of the workloads and runners, whose versions are recorded.
    """
    return {
        "cpu_model": _cpu_model(),
        "cpus": len(usable_cpus()),
        "cpus_online": os.cpu_count(),
        "cpu_limit": cgroups.cpus(),
        "memory_bytes": memory.total_bytes if (memory := ram.ram()) else None,
        "memory_limit_bytes": cgroups.memory_bytes(),
        "system": platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "compiler": platform.python_compiler(),
        "build": " ".join(platform.python_build()),
        "free_threaded_build": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "gil": bool(getattr(sys, "_is_gil_enabled", lambda: True)()),
        "flags": interpreter.settings(),
        "switch_interval_s": sys.getswitchinterval(),
        "libraries": {name: _version(name) for name in sorted(set(distributions))},
        "filesystem": filesystem(directory),
        "fd_limit": _fd_limit(),
        "load_1min": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "pressure": _pressure(),
        "clock": _clock_source(),
        "deadheat": _version("deadheat"),
    }


def git_state(directory: Path) -> dict[str, Any]:
    """Commit of a directory and whether it has changes; empty outside git."""
    try:
        commit = _git(directory, "rev-parse", "HEAD")
        return {"commit": commit, "dirty": bool(_git(directory, "status", "--porcelain", "--", "."))}
    except (OSError, subprocess.SubprocessError):
        return {}


def differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """In words, what of the fingerprint changed between two environments."""
    return [f"{key}: {then.get(key)} then, {now.get(key)} now" for key in FINGERPRINT if then.get(key) != now.get(key)]


def filesystem(directory: Path) -> str:
    """Type of the filesystem a directory is on, such as ext4 or tmpfs; 'unknown' when the system does not say."""
    best = ("", "unknown")
    path = str(directory.resolve())
    for part in psutil.disk_partitions(all=True):
        mount = part.mountpoint.rstrip("/") + "/"
        if (path + "/").startswith(mount) and len(mount) > len(best[0]):
            best = (mount, part.fstype)
    return best[1]


def noise() -> dict[str, float]:
    """Counters of what others take from this machine; the difference of two readings tells about the time between.

    Returns:
        steal_s: CPU seconds the hypervisor gave to others, and busy_s: CPU seconds used by everyone, both on the CPUs
        that we may use; pressure_s: seconds in which some task waited for a CPU; throttled_s: seconds for which our
        control group, or one around it, was held back by its quota; swapped_bytes: swap traffic.
    """
    per_cpu = psutil.cpu_times(percpu=True)
    usable = [per_cpu[cpu] for cpu in usable_cpus() if cpu < len(per_cpu)] or [psutil.cpu_times()]
    swap = ram.swap()
    return {
        "steal_s": sum(getattr(times, "steal", 0.0) for times in usable),
        "busy_s": sum(map(_busy_s, usable)),
        "pressure_s": _pressure().get("some_total_s", 0.0),
        "throttled_s": cgroups.throttled_s(),
        "swapped_bytes": float(swap.moved_bytes) if swap else 0.0,
    }


def _busy_s(times: Any) -> float:
    idle = times.idle + getattr(times, "iowait", 0.0)
    return float(sum(times) - idle - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0))


def _git(directory: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(directory), *arguments], capture_output=True, text=True, timeout=10, check=True
    )
    return done.stdout.strip()


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _cpu_model() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    if sys.platform == "darwin":
        try:
            asked = subprocess.run(
                ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, timeout=5, check=True
            )
            return asked.stdout.strip()
        except (OSError, subprocess.SubprocessError):
            pass
    return platform.processor() or platform.machine()


def _pressure() -> dict[str, float]:
    """CPU pressure (PSI): average shares of the last 10 s and 60 s in percent, and total seconds since boot."""
    for line in _lines("/proc/pressure/cpu"):
        if line.startswith("some"):
            fields = dict(part.split("=") for part in line.split()[1:])
            return {
                "some_avg10": float(fields["avg10"]),
                "some_avg60": float(fields["avg60"]),
                "some_total_s": int(fields["total"]) / 1e6,
            }
    return {}


def _clock_source() -> str | None:
    return next(iter(_lines("/sys/devices/system/clocksource/clocksource0/current_clocksource")), None)


def _fd_limit() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return []
