"""CPU time of a known length, on this thread or in a child that the op starts and waits for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Context, Op, Workload


def burn(clock: Callable[[], float], seconds: float) -> None:
    """Compute until this clock has advanced so far."""
    end = clock() + seconds
    while clock() < end:
        pass


@dataclass(frozen=True)
class Burn(Workload):
    """Use ``cpu_ms`` of CPU time."""

    cpu_ms: float = 2.0
    in_child: bool = False

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        seconds = self.cpu_ms / 1000

        def here() -> None:
            burn(time.thread_time, seconds)

        def in_child() -> None:
            child = os.fork()
            if child == 0:
                burn(time.process_time, seconds)
                os._exit(0)
            os.waitpid(child, 0)

        yield in_child if self.in_child else here
