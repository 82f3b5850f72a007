"""A stranger's workload that holds much for a fifth of its op."""

import time
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class Bursts(Workload):
    """Wait for an answer, then hold it while it is parsed.

    Parameters:
        mib: how much is held.
        wait_s: before it is.
        hold_s: how long it is.
    """

    mib: int = 100
    wait_s: float = 0.12
    hold_s: float = 0.03

    @contextmanager
    def blocking(self, ctx):
        def op():
            time.sleep(self.wait_s)
            held = bytearray(b"x") * (self.mib * 2**20)
            time.sleep(self.hold_s)
            return len(held)

        yield op
