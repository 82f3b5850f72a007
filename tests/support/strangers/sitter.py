"""A stranger's workload whose third op forks a child that stays, or each of whose ops forks one and awaits it."""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class Sitter(Workload):
    """Wait a moment.

    Parameters:
        stays: the child does.
    """

    stays: bool = True

    @contextmanager
    def blocking(self, ctx):
        calls = 0
        children = []

        def op():
            nonlocal calls
            calls += 1
            time.sleep(0.0005)
            if self.stays and calls != 3:
                return
            pid = os.fork()
            if pid == 0:
                if self.stays:
                    time.sleep(600)
                end = time.process_time() + 0.002
                while time.process_time() < end:
                    pass
                os._exit(0)
            if self.stays:
                children.append(pid)
            else:
                os.waitpid(pid, 0)

        yield op
        for pid in children:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
