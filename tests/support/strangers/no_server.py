"""A stranger's workload whose fixture does not start."""

import time
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class NoServer(Workload):
    """Its fixture raises."""

    @contextmanager
    def fixture(self, directory):
        raise RuntimeError("the database is not installed")
        yield

    @contextmanager
    def blocking(self, ctx):
        yield lambda: time.sleep(0.001)
