"""A known amount of memory, alone or shared with idle forked children."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Context, Op, Workload


@dataclass(frozen=True)
class Hoard(Workload):
    """Hold ``mib`` MiB, touched, in this process; ``children`` forked processes share it and do nothing."""

    mib: int = 100
    children: int = 0

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        held = bytearray(b"x") * (self.mib * 2**20)
        reading, writing = os.pipe()
        pids = [self._idle(reading, writing) for _ in range(self.children)]
        try:
            yield lambda: time.sleep(0.005)
        finally:
            os.close(writing)
            os.close(reading)
            for pid in pids:
                os.waitpid(pid, 0)
            del held

    def _idle(self, reading: int, writing: int) -> int:
        """Fork a child that waits until the pipe's other end is closed."""
        pid = os.fork()
        if pid == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
        return pid
