"""A known amount of shared memory that several processes map."""

from __future__ import annotations

import mmap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import Context, Op, Workload


@dataclass(frozen=True)
class Shared(Workload):
    """Map the file ``path``, which lies in memory, and touch all of it."""

    path: str = ""

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        with Path(self.path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
            sum(mapped[at] for at in range(0, len(mapped), mmap.PAGESIZE))
            yield lambda: time.sleep(0.005)
