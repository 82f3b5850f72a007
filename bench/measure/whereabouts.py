"""In how many places at a time a contestant computes, told by the CPU that each of its threads uses in its turns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from bench.machine import tree

ELSEWHERE = 0.1
"""Of the CPU that a contestant uses: where other threads than the busiest have no more, they are not in its way."""
KNOWN_S = 0.004
"""Where a contestant has used less CPU than this, nobody can say which of its threads use it."""


class Whereabouts:
    """What is known of one contestant.

    spreads: it can compute in several places. Once that was seen it stays so, also when its workers open anew.
    """

    def __init__(self) -> None:
        self.spreads = False
        self._used_s: dict[int, float] = {}
        self._turns = 0
        self._workers = 0

    def opened(self, pids: Collection[int], workers: int) -> None:
        """These processes have opened so many workers."""
        self._used_s, self._turns, self._workers = dict.fromkeys(pids, 0.0), 0, workers

    @contextmanager
    def watched(self, pids: Collection[int]) -> Iterator[None]:
        """Book the CPU of a turn thread by thread, as long as it is open whether one does everything."""
        if self.spreads:
            yield
            return
        before_s = tree.threads_cpu_s(pids)
        yield
        self._turns += 1
        for task, now_s in tree.threads_cpu_s(pids).items():
            self._used_s[task] = self._used_s.get(task, 0.0) + now_s - before_s.get(task, 0.0)

    def is_one_place(self, pids: Collection[int], idle_cpu_s: float) -> bool:
        """Whether one thread does all that it computes.

        Where several workers have threads or processes it is not, nor where one has started a process since it opened.
        Else the CPU of its turns tells, beyond what it takes to wake a pool and to park it: so far as there is any.

        Args:
            idle_cpu_s: what it takes to wake its workers for a turn, and to park them.
        """
        if self.spreads or not self._used_s:
            return False
        if tree.threads(pids) == 1:
            return True
        whole_s, busiest_s = sum(self._used_s.values()), max(self._used_s.values())
        beside_s = whole_s - busiest_s - self._turns * idle_cpu_s
        started = not self._used_s.keys() >= set(pids)
        self.spreads = self._workers > 1 or started or beside_s > ELSEWHERE * whole_s
        return not self.spreads and whole_s >= KNOWN_S
