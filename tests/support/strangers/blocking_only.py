"""A stranger's workload with one form, which prints and leaves nothing behind."""

import time
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class BlockingOnly(Workload):
    """Sleep a little, in the blocking form only, and chatter on stdout."""

    nap_ms: float = 1.0

    @contextmanager
    def blocking(self, ctx):
        def op():
            print("chatter")
            time.sleep(self.nap_ms / 1000)
            return 1

        yield op

    def check(self, result):
        return result == 1
