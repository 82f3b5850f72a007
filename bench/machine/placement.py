"""Which CPU a process may use in a round.

Cores differ for seconds on shared machines, so in a round all contestants that compute in one thread share one CPU,
which changes every round; those that compute in several keep them all; a server is kept off the round's CPU.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from bench.model import Placement


def usable_cpus() -> list[int]:
    """CPUs this process may run on, in ascending order; an index each where the platform has no affinity."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


class Places:
    """Deals out CPUs round by round; does nothing when placement is free, impossible or pointless."""

    def __init__(self, placement: Placement) -> None:
        self._cpus = usable_cpus()
        self.active = placement == "pinned" and hasattr(os, "sched_setaffinity") and len(self._cpus) > 1

    def cpu_of(self, number: int) -> int | None:
        """The CPU of the round with this number; None when placement is off."""
        return self._cpus[number % len(self._cpus)] if self.active else None

    def confine(self, pids: Iterable[int], cpu: int | None) -> None:
        """Confine these processes to one CPU, or (None) give them all CPUs back."""
        if self.active:
            _confine(pids, set(self._cpus) if cpu is None else {cpu})

    def keep_off(self, pids: Iterable[int], cpu: int | None) -> None:
        """Keep these processes off a CPU."""
        if cpu is not None:
            _confine(pids, set(self._cpus) - {cpu})


def _confine(pids: Iterable[int], cpus: set[int]) -> None:
    """Confine all threads of these processes; one that has just ended is fine."""
    for pid in pids:
        try:
            tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
        except OSError:
            continue
        for task in tasks:
            try:
                os.sched_setaffinity(int(task), cpus)  # type: ignore[attr-defined,unused-ignore]
            except OSError:
                continue
