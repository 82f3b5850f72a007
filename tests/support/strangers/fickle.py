"""A stranger's workload whose server, once, does something to itself while a contestant waits for its answer."""

import os
import signal
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import Workload


@dataclass(frozen=True)
class Fickle(Workload):
    """Ask for a byte and wait for it.

    Parameters:
        once: a file; while it is not there the server makes it and gets the signal at its 20th request.
        signal: which.
    """

    once: str = ""
    signal: str = "SIGKILL"

    @contextmanager
    def fixture(self, directory):
        listener = socket.create_server(("127.0.0.1", 0))
        requests = 0

        def serve(wire):
            nonlocal requests
            while wire.recv(1):
                requests += 1
                if requests == 20 and not Path(self.once).exists():
                    Path(self.once).touch()
                    os.kill(os.getpid(), signal.Signals[self.signal])
                wire.sendall(b"x")

        def accept():
            while True:
                wire, _ = listener.accept()
                threading.Thread(target=serve, args=(wire,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]

    @contextmanager
    def blocking(self, ctx):
        with socket.create_connection(("127.0.0.1", ctx.fixture)) as wire:

            def op():
                wire.sendall(b"?")
                if not wire.recv(1):
                    raise ConnectionError("the server has hung up")

            yield op
