"""A stranger's workload whose ops depend on what lives on between turns: a child on pipes, a timer, a socket."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from bench import Workload

ECHO = [sys.executable, "-u", "-c", "import sys\nfor line in sys.stdin: print(line, end='')"]


@dataclass(frozen=True)
class Companions(Workload):
    """Ask a child that was opened once, over pipes, and oneself over a socket; a timer must have fired when it is due.

    Parameters:
        timer_s: how long the timer of an op runs.
    """

    timer_s: float = 0.005

    @contextmanager
    def blocking(self, ctx):
        ours, theirs = socket.socketpair()
        with subprocess.Popen(ECHO, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child, ours, theirs:

            def op():
                fired = threading.Event()
                threading.Timer(self.timer_s, fired.set).start()
                child.stdin.write(b"hello\n")
                child.stdin.flush()
                ours.sendall(child.stdout.readline())
                return theirs.recv(6) if fired.wait(60) else b""

            yield op
            child.stdin.close()

    @asynccontextmanager
    async def coroutine(self, ctx):
        child = await asyncio.create_subprocess_exec(
            *ECHO, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        ours, theirs = socket.socketpair()
        reader, other = await asyncio.open_connection(sock=theirs)
        _, writer = await asyncio.open_connection(sock=ours)
        loop = asyncio.get_running_loop()

        async def op():
            fired = asyncio.Event()
            loop.call_later(self.timer_s, fired.set)
            child.stdin.write(b"hello\n")
            writer.write(await child.stdout.readline())
            answer = await reader.readexactly(6)
            await fired.wait()
            return answer

        yield op
        writer.close()
        other.close()
        child.stdin.close()
        os.kill(child.pid, signal.SIGKILL)
        await child.wait()

    def check(self, result):
        return result == b"hello\n"
