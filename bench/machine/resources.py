"""Memory and CPU of a process tree, read from outside; nothing runs inside the measured process for this.

Linux: proportional shares from ``smaps_rollup`` plus what no RSS or PSS shows (kernel stacks, page tables); CPU from
each process's own clock, in nanoseconds. ``ru_maxrss`` is never used: exec folds the parent's peak into it.
Elsewhere: psutil's USS and CPU times.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from bench.model import Memory

LINUX = sys.platform == "linux"
KERNEL_STACK_BYTES = 16 * 1024  # per thread on x86-64 and arm64 (THREAD_SIZE)


def tree(pid: int) -> list[int]:
    """A process and all its live descendants."""
    if not LINUX:
        return _psutil_tree(pid)
    found = [pid]
    for parent in found:  # grows while it is read
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            for task in tasks:
                found.extend(map(int, (task / "children").read_text().split()))
        except OSError:  # gone meanwhile, or a kernel without the file
            continue
    return found


def _psutil_tree(pid: int) -> list[int]:
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.Error:
        return [pid]


def threads(pids: Iterable[int]) -> int:
    """Number of threads of these processes."""
    total = 0
    for pid in pids:
        try:
            total += len(list(Path(f"/proc/{pid}/task").iterdir())) if LINUX else psutil.Process(pid).num_threads()
        except (OSError, psutil.Error):
            continue
    return total


def cpu_s(pids: Iterable[int]) -> float:
    """User and system CPU seconds of these processes since each began, ended threads included."""
    total = 0.0
    for pid in pids:
        try:
            if LINUX:
                total += time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3): the CPU clock of a process
            else:
                times = psutil.Process(pid).cpu_times()
                total += times.user + times.system
        except (OSError, psutil.Error):
            continue
    return total


def memory(pids: Iterable[int]) -> Memory | None:
    """Memory of these processes now; None when the platform does not tell."""
    try:
        return _linux_memory(pids) if LINUX else _psutil_memory(pids)
    except (PermissionError, psutil.AccessDenied, NotImplementedError, AttributeError):
        return None


def _linux_memory(pids: Iterable[int]) -> Memory | None:
    anon = shmem = kernel = mapped = processes = number = 0
    for pid in pids:
        try:
            rollup = _kilobytes(f"/proc/{pid}/smaps_rollup")
            status = _kilobytes(f"/proc/{pid}/status")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if "Pss_Anon" not in rollup:  # kernels before 5.4
            return None
        anon += rollup["Pss_Anon"] * 1024
        shmem += rollup["Pss_Shmem"] * 1024
        mapped += rollup["Pss_File"] * 1024
        kernel += status["VmPTE"] * 1024 + status["Threads"] * KERNEL_STACK_BYTES
        processes += 1
        number += status["Threads"]
    if not processes:
        return None
    method = "Pss_Anon + Pss_Shmem + kernel stacks + page tables"
    return Memory(anon + shmem + kernel, anon, shmem, kernel, mapped, processes, number, method)


def _kilobytes(path: str) -> dict[str, int]:
    """The numeric fields of a /proc file of the form ``Name:  123 kB``."""
    fields = {}
    for line in Path(path).read_text().splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if words and words[0].isdigit():
            fields[name] = int(words[0])
    return fields


def _psutil_memory(pids: Iterable[int]) -> Memory | None:
    uss = processes = number = 0
    for pid in pids:
        try:
            process = psutil.Process(pid)
            uss += process.memory_full_info().uss
            number += process.num_threads()
        except psutil.NoSuchProcess:
            continue
        processes += 1
    if not processes:
        return None
    return Memory(uss, uss, 0, 0, 0, processes, number, "USS (this platform has no smaps_rollup)")
