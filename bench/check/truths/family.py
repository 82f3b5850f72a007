"""A server that forks a process per connection, which computes for a known time."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import Context, Op, Workload


def serve(wire: socket.socket, cpu_s: float) -> None:
    """Answer line by line, each after so much CPU time."""
    while line := wire.recv(16):
        end_s = time.thread_time() + cpu_s
        while time.thread_time() < end_s:
            pass
        wire.sendall(line)


@dataclass(frozen=True)
class Family(Workload):
    """Ask a forked child of the server, which uses ``cpu_ms`` of CPU time for the answer."""

    cpu_ms: float = 2.0

    @contextmanager
    def fixture(self, directory: Path) -> Iterator[int]:
        listener = socket.create_server(("127.0.0.1", 0))
        children: list[int] = []

        def accept() -> None:
            while True:
                try:
                    wire, _ = listener.accept()
                except OSError:
                    return
                child = os.fork()
                if child == 0:
                    try:
                        serve(wire, self.cpu_ms / 1000)
                    finally:
                        os._exit(0)
                children.append(child)
                wire.close()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.close()
            for child in children:
                os.kill(child, 9)
                os.waitpid(child, 0)

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        with socket.create_connection(("127.0.0.1", ctx.fixture)) as wire:

            def ask() -> int:
                wire.sendall(b"?")
                return len(wire.recv(16))

            yield ask

    def check(self, result: int) -> bool:
        return result == 1
