"""`bench doctor`: is this machine, as it is now, fit to measure on?

Every check is a pure judgement of facts that were read before, so a test can feed it any machine. What a platform
does not tell is no fault of the machine's: such a check is ok and says so.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from bench.machine import facts, ram, tree
from bench.machine.doctor import judging, reading
from bench.machine.doctor.judging import Diagnosis
from bench.machine.placement import usable_cpus

LIBRARIES = ("aiohttp", "numpy", "scipy", "urllib3", "uvloop")

_BUSY_LOOK_S = 0.2


def examine(results: Path) -> list[Diagnosis]:
    """Look at this machine for a run that is stored below ``results``; takes about half a second."""
    told = facts.environment(results, LIBRARIES)
    usable = usable_cpus()
    home = reading.existing(results)
    return [
        judging.cores(len(usable), told["cpus_online"]),
        judging.quota(told["cpu_limit"], len(usable), told=tree.LINUX),
        judging.governor(reading.governors(usable)),
        judging.turbo(reading.turbo()),
        judging.smt(reading.sibling_groups(usable)),
        judging.load(told["load_1min"], len(usable)),
        judging.pressure(told["pressure"].get("some_avg10")),
        judging.busy(reading.busy_shares(_BUSY_LOOK_S)),
        judging.memory(reading.room_bytes(told["memory_limit_bytes"]), told["memory_limit_bytes"]),
        judging.swap(swap.used_bytes if (swap := ram.swap()) else None, told["memory_bytes"]),
        judging.open_files(reading.limit("RLIMIT_NOFILE"), told=reading.HAS_LIMITS),
        judging.tasks(reading.room_for_tasks(), told=reading.HAS_LIMITS),
        judging.ports(reading.text("/proc/sys/net/ipv4/ip_local_port_range")),
        judging.clock(told["clock"]),
        judging.timer(*reading.timer_ns()),
        judging.python(told, debug=bool(sysconfig.get_config_var("Py_DEBUG")) or hasattr(sys, "gettotalrefcount")),
        judging.tracing(reading.tracers()),
        judging.libraries(told["libraries"]),
        judging.uvloop(
            told["libraries"]["uvloop"],
            possible=sys.platform != "win32" and told["implementation"] == "CPython",
        ),
        judging.disk(told["filesystem"], shutil.disk_usage(home).free, writable=os.access(home, os.W_OK)),
    ]


_GRAVEST = (
    "busy", "pressure", "load", "quota", "swap", "tracing", "python", "governor", "turbo", "smt", "cores", "clock",
    "timer", "memory", "open files", "tasks", "ports", "results", "libraries", "uvloop",
)  # fmt: skip
"""From what distorts numbers most to what merely leaves something out."""


def gravest(diagnoses: Iterable[Diagnosis], most: int = 3) -> list[Diagnosis]:
    """The few that should open a run: failures first, then the warnings that distort numbers most."""
    bad = [diagnosis for diagnosis in diagnoses if diagnosis.status != "ok"]
    return sorted(bad, key=lambda one: (one.status != "fail", _GRAVEST.index(one.name)))[:most]
