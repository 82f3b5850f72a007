"""Echo servers without an event loop: a thread per connection, and a process per connection, which is forked for it."""

from __future__ import annotations

import mmap
import multiprocessing
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from bench import Fixture

HOST = "127.0.0.1"
_MOST = 65_536
"""Connections that are counted apart; further ones share the counters of the first."""
_LOOK_S = 1.0


class _Counts:
    """Messages of each connection in shared memory, so that each number has one writer, thread or process."""

    def __init__(self) -> None:
        self.cells = memoryview(mmap.mmap(-1, 8 * (_MOST + 1))).cast("q")
        self._told = {"requests": 0, "connections": 0}

    def connected(self) -> int:
        """Count a connection; the place of its messages."""
        self.cells[0] += 1
        return 1 + (self.cells[0] - 1) % _MOST

    def read(self) -> Mapping[str, int]:
        connections = self.cells[0]
        now = {"requests": sum(self.cells[1 : 1 + min(connections, _MOST)]), "connections": connections}
        since = {name: now[name] - self._told[name] for name in now}
        self._told = now
        return since


@contextmanager
def threaded(message_bytes: int) -> Iterator[Fixture]:
    """Echo with a thread per connection, in this process."""
    counts = _Counts()
    with _listening() as listener:

        def accept() -> None:
            with suppress(OSError):  # it was shut down
                while True:
                    wire, _ = listener.accept()
                    place = counts.connected()
                    threading.Thread(target=_answer, args=(wire, counts, place, message_bytes), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield Fixture(listener.getsockname(), counts.read)
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def forking(message_bytes: int) -> Iterator[Fixture]:
    """Echo with a process per connection; who accepts is a process, too: one with threads is better not forked."""
    counts = _Counts()
    processes: Any = multiprocessing.get_context("fork")  # typeshed's base context has no Process
    with _listening() as listener:
        acceptor = processes.Process(target=_fork_for_each, args=(listener, counts, message_bytes, os.getpid()))
        acceptor.start()
        try:
            yield Fixture(listener.getsockname(), counts.read)
        finally:
            acceptor.terminate()
            acceptor.join()


@contextmanager
def _listening() -> Iterator[socket.socket]:
    with socket.create_server((HOST, 0), backlog=1024) as listener:
        yield listener


def _fork_for_each(listener: socket.socket, counts: _Counts, message_bytes: int, parent: int) -> None:
    """Accept until the parent is gone. Children end with their connection, and are waited for: it tells their CPU."""
    listener.settimeout(_LOOK_S)
    while os.getppid() == parent:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        try:
            wire, _ = listener.accept()
        except TimeoutError:
            continue
        place = counts.connected()
        if os.fork() == 0:
            listener.close()
            _answer(wire, counts, place, message_bytes)
            os._exit(0)
        wire.close()


def _answer(wire: socket.socket, counts: _Counts, place: int, message_bytes: int) -> None:
    """Send back what comes, until the client hangs up."""
    wire.settimeout(None)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer = memoryview(bytearray(max(message_bytes, 65_536)))
    begun = 0
    with wire, suppress(OSError):
        while read := wire.recv_into(buffer):
            whole, begun = divmod(begun + read, message_bytes)
            counts.cells[place] += whole
            wire.sendall(buffer[:read])
