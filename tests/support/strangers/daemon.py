"""A stranger's workload whose server is a daemon in a session of its own, which nobody stops."""

import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class Daemon(Workload):
    """Wait."""

    @contextmanager
    def fixture(self, directory):
        subprocess.Popen(["sleep", "600"], start_new_session=True)
        yield None

    @contextmanager
    def blocking(self, ctx):
        yield lambda: time.sleep(0.001)
