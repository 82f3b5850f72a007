"""Work that can be made longer by a known share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Context, Op, Workload


@dataclass(frozen=True)
class Steps(Workload):
    """Pure-Python arithmetic, in proportion to ``steps``."""

    steps: int = 2_000

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        def work() -> int:
            state = 1
            for _ in range(self.steps):
                state = (state * 1_664_525 + 1_013_904_223) & 0xFFFF_FFFF
            return state

        yield work
