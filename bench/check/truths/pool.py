"""A pool of known size behind the op, smaller than the number of workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Context, Op, Workload


@dataclass(frozen=True)
class Pool(Workload):
    """Wait ``wait_ms`` while holding one of ``size`` places."""

    size: int = 3
    wait_ms: int = 10

    @contextmanager
    def blocking_client(self, ctx: Context) -> Iterator[threading.Semaphore]:
        yield threading.Semaphore(self.size)

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        def op() -> None:
            with ctx.client:
                time.sleep(self.wait_ms / 1000)

        yield op
