"""A process tree, seen from outside: who is in it, the CPU time it used, and how to hold it still.

Any process may end while it is read. What is gone counts nothing and raises nothing.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

LINUX = sys.platform == "linux"
CAN_FREEZE = hasattr(signal, "SIGSTOP") and hasattr(os, "killpg")
_TICK_S = 1 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.01


def of(pid: int) -> list[int]:
    """A process and all its live descendants."""
    if not LINUX:
        return _psutil_tree(pid)
    found = [pid]
    for parent in found:  # grows while it is read
        try:
            for task in os.listdir(f"/proc/{parent}/task"):  # noqa: PTH208 - read before every turn: a path object costs as much as the read
                found.extend(map(int, Path(f"/proc/{parent}/task/{task}/children").read_text().split()))
        except (OSError, ValueError):  # gone meanwhile, or a kernel without the file
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
            total += len(os.listdir(f"/proc/{pid}/task")) if LINUX else psutil.Process(pid).num_threads()  # noqa: PTH208
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


def reaped_cpu_s(pids: Iterable[int]) -> float:
    """CPU seconds of descendants that these processes have waited for; to the tick (10 ms), 0 where it is not told."""
    total = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[13]) + int(fields[14])) * _TICK_S
        except (OSError, ValueError, IndexError):
            continue
    return total


def freeze(pids: Iterable[int]) -> bool:
    """Stop these processes, with all of their groups, until `thaw`; False where the platform cannot.

    By group where they share one, which also holds what was started since they were read.
    """
    return _signal(pids, signal.SIGSTOP) if CAN_FREEZE else False


def thaw(pids: Iterable[int]) -> None:
    """Let frozen processes go on."""
    if CAN_FREEZE:
        _signal(pids, signal.SIGCONT)


def _signal(pids: Iterable[int], number: signal.Signals) -> bool:
    groups = set()
    for pid in pids:
        try:
            groups.add(os.getpgid(pid))
        except OSError:
            continue
    own = os.getpgid(0)
    for group in groups - {own}:
        try:
            os.killpg(group, number)
        except OSError:
            continue
    return True
