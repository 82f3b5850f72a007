"""A stranger's workload that writes down who its processes are, for those who mean to strike them."""

import asyncio
import multiprocessing
import os
import socket
import threading
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from bench import Workload


@dataclass(frozen=True)
class Victim(Workload):
    """Ask a server for a byte.

    Parameters:
        log: the file in which every process writes its role and its pid.
        number: tells several of them apart.
        fills: every op of a worker fills the place for temporary files, and is an error when it is full.
    """

    log: str = os.devnull
    number: int = 1
    fills: bool = False

    def note(self, role, pid):
        with open(self.log, "a") as file:
            file.write(f"{role} {pid}\n")

    def note_worker(self):
        parent = multiprocessing.parent_process()
        self.note("trial", os.getpid() if parent is None else parent.pid)
        self.note("worker", os.getpid())

    def fill(self):
        if self.fills:
            with open(os.path.join(os.environ["TMPDIR"], str(os.getpid())), "ab") as file:
                file.write(bytes(1 << 16))

    @contextmanager
    def fixture(self, directory):
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)

        def serve(wire):
            while wire.recv(1):
                wire.sendall(b"x")

        def accept():
            while True:
                wire, _ = listener.accept()
                threading.Thread(target=serve, args=(wire,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        self.note("fixture", os.getpid())
        yield listener.getsockname()[1]

    @contextmanager
    def blocking(self, ctx):
        self.note_worker()
        with socket.create_connection(("127.0.0.1", ctx.fixture)) as wire:

            def op():
                self.fill()
                wire.sendall(b"?")
                if not wire.recv(1):
                    raise ConnectionError("the server has hung up")

            yield op

    @asynccontextmanager
    async def coroutine(self, ctx):
        self.note_worker()
        reader, writer = await asyncio.open_connection("127.0.0.1", ctx.fixture)

        async def op():
            self.fill()
            writer.write(b"?")
            await reader.readexactly(1)

        try:
            yield op
        finally:
            writer.close()
