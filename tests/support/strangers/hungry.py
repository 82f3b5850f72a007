"""A stranger's workload that needs more file descriptors than there are."""

import os
import resource
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class Hungry(Workload):
    """Open many files at once."""

    @contextmanager
    def blocking(self, ctx):
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

        def op():
            files = []
            try:
                for _ in range(100):
                    files.append(open(os.devnull))  # noqa: SIM115
            finally:
                for file in files:
                    file.close()

        yield op
