"""A stranger's workload whose process is killed under threads, and hangs under asyncio."""

import asyncio
import os
import signal
import sys
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class Dies(Workload):
    """Fine under sync, killed under threads, hung under asyncio."""

    @contextmanager
    def blocking(self, ctx):
        def op():
            if threading.current_thread() is not threading.main_thread():
                print("about to be killed", file=sys.stderr, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(0.001)

        yield op

    @asynccontextmanager
    async def coroutine(self, ctx):
        async def op():
            await asyncio.sleep(0)
            time.sleep(3600)

        yield op
