"""A client that computes in a thread of its own all the time, whether or not it has the turn."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Context, Op, Workload


@dataclass(frozen=True)
class Hog(Workload):
    """Do a little arithmetic; a thread hashes meanwhile, in C code that lets go of the GIL."""

    @contextmanager
    def blocking_client(self, ctx: Context) -> Iterator[None]:
        stop, block = threading.Event(), bytes(1_000_000)

        def hash_on() -> None:
            while not stop.is_set():
                hashlib.sha256(block).digest()

        thread = threading.Thread(target=hash_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        yield lambda: sum(range(500))
