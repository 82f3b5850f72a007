"""A process tree, seen from outside: who is in it, the CPU time it used, and how to hold it still.

Any process may end while it is read. What is gone counts nothing and raises nothing.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

LINUX = sys.platform == "linux"
_CHILDREN_TOLD = Path(f"/proc/self/task/{os.getpid()}/children").exists()
"""A kernel can be made without this file (CONFIG_PROC_CHILDREN)."""
CAN_FREEZE = hasattr(signal, "SIGSTOP") and hasattr(os, "killpg")
MANY_TASKS = 256
"""Children are told thread by thread; of a process with more threads than a machine has processes, these are asked."""
_DISK_S = 0.1
"""A process that waits for its disk stops when the disk has answered; nobody waits for it longer than that."""
_STARVED_S = 10.0
"""One that waits for a CPU stops when it gets one, and only then stops its other threads: it is waited for."""
_RUNNING = ([b"R"], [b"S"], [b"D"])
_SOON_S = 0.001
"""Until then whoever waits keeps asking; from then on it leaves its CPU to those that are to stop."""
_TICK_S = 1 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.01


def of(pid: int) -> list[int]:
    """A process and all its live descendants."""
    if not _CHILDREN_TOLD:
        return _psutil_tree(pid)
    found = [pid]
    for parent in found:  # grows while it is read
        tasks = _listed(f"/proc/{parent}/task")
        if len(tasks) > MANY_TASKS:
            found.extend(_whose_parent_is(parent))
        else:
            for task in tasks:
                found.extend(map(int, _read(f"/proc/{parent}/task/{task}/children").split()))
    return found


def _whose_parent_is(parent: int) -> list[int]:
    """The children of all threads of a process, found among all processes."""
    everyone = [int(name) for name in _listed("/proc") if name.isdecimal()]
    return [pid for pid in everyone if (fields := _stat(pid)) and int(fields[1]) == parent]


def _listed(directory: str) -> list[str]:
    """Names in a directory of /proc; none when its process is gone. No path objects: this is read around every turn."""
    try:
        return os.listdir(directory)  # noqa: PTH208
    except OSError:
        return []


def _read(path: str) -> bytes:
    """A file of /proc; empty when its process is gone."""
    try:
        with io.FileIO(path) as file:
            return file.readall()
    except OSError:
        return b""


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
            total += len(_listed(f"/proc/{pid}/task")) if LINUX else psutil.Process(pid).num_threads()
        except psutil.Error:
            continue
    return total


def threads_cpu_s(pids: Iterable[int]) -> dict[int, float]:
    """CPU seconds of each thread of these processes; none where the kernel does not tell (CONFIG_SCHED_INFO)."""
    found = {}
    for pid in pids:
        for task in _listed(f"/proc/{pid}/task"):
            if told := _read(f"/proc/{pid}/task/{task}/schedstat").split():
                found[int(task)] = int(told[0]) / 1e9
    return found


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
        if fields := _stat(pid):
            total += (int(fields[13]) + int(fields[14])) * _TICK_S
    return total


def _stat(pid: int | str) -> list[bytes]:
    """The fields of a process's (or thread's) stat behind its name, proc(5): its state first; none when it is gone."""
    return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


def freeze(pid: int, known: Iterable[int] = ()) -> list[int]:
    """Stop a process and all of its tree until `thaw`, where the platform can; return who is in it.

    Args:
        known: who was in it when it was last looked at.

    By group where they share one, which also holds what was started since they were read; and again, once they are
    still, until nobody is found who was not stopped, as one that was just being born in a group of its own.
    """
    found = [pid, *known] if CAN_FREEZE else of(pid)
    stopped: set[int] = set()
    while CAN_FREEZE and (new := set(found) - stopped):
        _signal(new, signal.SIGSTOP)
        _wait_until_still([one for one in new if _stops(one)])
        stopped |= new
        found = list(dict.fromkeys([*of(pid), *of(pid)]))  # a list of children lacks one where another ends, proc(5)
    return found


def _stops(pid: int) -> bool:
    """Stop one by itself, as it may have left its group since that was asked for; False where we must or may not."""
    try:
        if os.getpgid(pid) == os.getpgid(0):
            return False
        os.kill(pid, signal.SIGSTOP)
    except OSError:
        return False
    return True


def _wait_until_still(pids: Iterable[int]) -> None:
    """A stopped process stops when it is next seen by the kernel; from then on none of its threads can fork.

    Thread by thread, as the first may have stopped while another still forks; of very many only the first is asked.
    Who waits for the disk may wait for a sibling that waits for a CPU: time counts as the disk's when all do.
    """
    began_s = seen_s = time.monotonic()
    disk_s = 0.0
    waiting = [f"{pid}/task/{task}" for pid in pids for task in _told_apart(pid)]
    while True:
        states = {task: now for task in waiting if (now := _stat(task)[:1]) in _RUNNING}
        waiting = list(states)
        before_s, seen_s = seen_s, time.monotonic()
        disk_s += seen_s - before_s if all(now == [b"D"] for now in states.values()) else 0.0
        if not waiting or disk_s > _DISK_S or seen_s - began_s > _STARVED_S:
            return
        time.sleep(0 if seen_s - began_s < _SOON_S else _SOON_S / 2)


def _told_apart(pid: int) -> list[str]:
    """The threads of a process that are asked one by one."""
    tasks = _listed(f"/proc/{pid}/task")
    return tasks if len(tasks) <= MANY_TASKS else [str(pid)]


def thaw(pids: Iterable[int]) -> None:
    """Let frozen processes go on."""
    if CAN_FREEZE:
        _signal(pids, signal.SIGCONT)


def kill(pids: Iterable[int]) -> None:
    """End these processes, with all of their groups."""
    if not CAN_FREEZE:
        return
    pids, own = list(pids), os.getpgid(0)
    _signal(pids, signal.SIGKILL)
    for pid in pids:  # one that was about to lead a group of its own when its group was asked for has left that one
        try:
            if os.getpgid(pid) != own:
                os.kill(pid, signal.SIGKILL)
        except OSError:
            continue


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
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
