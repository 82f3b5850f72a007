"""Who is who among the processes of a running session, and how each is struck (Linux)."""

from __future__ import annotations

import os
import random
import resource
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from bench.machine import tree

Pids = list[int]
Strike = Callable[[int, random.Random], bool]
"""Strikes a process; False when it is gone already."""


def found(session: int, log: Path) -> dict[str, Pids]:
    """Role -> the session's processes of it that are there now, by what the victims have written into their log."""
    live = tree.of(session)
    roles: dict[str, Pids] = {
        "session": [session],
        "reaper": [],
        "zygote": [],
        "fixture": [],
        "trial": [],
        "worker": [],
    }
    for line in log.read_text().splitlines() if log.exists() else ():
        role, _, number = line.partition(" ")
        if number.isdigit() and int(number) in live and int(number) not in roles[role]:
            roles[role].append(int(number))
    known = {pid for pids in roles.values() for pid in pids}
    commands = {pid: _command(pid) for pid in live}
    for pid in live[1:]:
        if "reaper.py" in commands[pid]:
            roles["reaper"].append(pid)
        elif pid not in known and "bench.trial" in commands[pid] and _has_hatched(pid, commands):
            roles["zygote"].append(pid)
    return roles


def _has_hatched(pid: int, commands: Mapping[int, str]) -> bool:
    """What a zygote forks leads a session of its own; the workers of a contestant stay in that of their parent."""
    return any(commands.get(child) == commands[pid] and _leads_a_session(child) for child in tree.of(pid)[1:])


def _leads_a_session(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False


def _command(pid: int) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""


def _signal(number: signal.Signals) -> Strike:
    def strike(pid: int, drawn: random.Random) -> bool:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    return strike


def _garbage(pid: int, drawn: random.Random) -> bool:
    """Write what is no message into every pipe that it can write to; its log is a file."""
    written = False
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                flags = int(Path(f"/proc/{pid}/fdinfo/{entry.name}").read_text().split()[3], 8)
                if entry.readlink().name.startswith("pipe:") and flags & os.O_ACCMODE == os.O_WRONLY:
                    file = os.open(entry, os.O_WRONLY | os.O_NONBLOCK)
                    written |= os.write(file, drawn.randbytes(drawn.randrange(1, 2000))) > 0
                    os.close(file)
    return written


def _pause(pid: int, drawn: random.Random) -> bool:
    """As Ctrl-Z and fg; or a machine that sleeps."""
    os.kill(pid, signal.SIGSTOP)
    time.sleep(drawn.uniform(0.1, 1.5))
    os.kill(pid, signal.SIGCONT)
    return True


def _full_disk(pid: int, drawn: random.Random) -> bool:
    """From now on no file of the session can grow."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    return True


STRIKES: Mapping[str, tuple[str, Strike]] = {
    "trial killed": ("trial", _signal(signal.SIGKILL)),
    "trial crashes": ("trial", _signal(signal.SIGSEGV)),
    "trial stopped": ("trial", _signal(signal.SIGSTOP)),
    "worker killed": ("worker", _signal(signal.SIGKILL)),
    "worker stopped": ("worker", _signal(signal.SIGSTOP)),
    "garbage in a channel": ("trial", _garbage),
    "zygote killed": ("zygote", _signal(signal.SIGKILL)),
    "zygote stopped": ("zygote", _signal(signal.SIGSTOP)),
    "fixture killed": ("fixture", _signal(signal.SIGKILL)),
    "fixture stopped": ("fixture", _signal(signal.SIGSTOP)),
    "reaper killed": ("reaper", _signal(signal.SIGKILL)),
    "reaper stopped": ("reaper", _signal(signal.SIGSTOP)),
    "session paused": ("session", _pause),
}
"""What a session must survive: kind -> whom it strikes, and how."""

INNOCENT = {"zygote killed", "zygote stopped", "reaper killed", "reaper stopped", "session paused"}
"""Kinds that cost no contestant its figures."""

ENDS: Mapping[str, tuple[Strike, int]] = {
    "SIGINT": (_signal(signal.SIGINT), 130),
    "SIGTERM": (_signal(signal.SIGTERM), 130),
    "SIGHUP": (_signal(signal.SIGHUP), 130),
    "SIGKILL": (_signal(signal.SIGKILL), -signal.SIGKILL),
    "disk full": (_full_disk, 2),
}
"""What ends a session: kind -> how, and the exit code."""
