"""Memory that an op holds only for a part of its time, and not at its beginning."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Context, Op, Workload


@dataclass(frozen=True)
class Late(Workload):
    """Wait 60 ms, hold ``mib`` MiB for 20 ms, wait 20 ms."""

    mib: int = 60

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        def op() -> None:
            time.sleep(0.06)
            held = bytearray(b"x") * (self.mib * 2**20)
            time.sleep(0.02)
            del held
            time.sleep(0.02)

        yield op
