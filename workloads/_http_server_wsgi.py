"""The server of the http workload without an event loop: a WSGI application, a thread per connection.

It is the standard library's, with connections kept alive. What is answered and counted is as in `_http_server`.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

if TYPE_CHECKING:
    from workloads._http_server import Service, Table


class _Answer(ServerHandler):
    http_version = "1.1"
    request_handler: WSGIRequestHandler

    def cleanup_headers(self) -> None:
        super().cleanup_headers()
        if self.request_handler.close_connection:  # or a client keeps what is about to be closed
            self.headers["Connection"] = "close"  # type: ignore[attr-defined]


class _Connection(WSGIRequestHandler):
    """Answers one request after the other; the one of wsgiref hangs up after the first."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536

    def handle(self) -> None:
        self.close_connection = False
        while not self.close_connection:
            self.raw_requestline = self.rfile.readline(65_537)
            if not self.raw_requestline or not self.parse_request():
                return
            answer = _Answer(self.rfile, self.wfile, self.get_stderr(), self.get_environ())  # type: ignore[arg-type]
            answer.request_handler = self
            answer.run(self.server.get_app())  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing: a line per request would be what is measured."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, table: Table, row: int, parent: int) -> None:
        host, port = listener.getsockname()
        super().__init__((host, port), _Connection, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = host, port
        self.setup_environ()
        self._table, self._row, self._parent = table, row, parent

    def process_request(self, request: Any, client_address: Any) -> None:
        self._table.connected(self._row)
        super().process_request(request, client_address)

    def service_actions(self) -> None:
        if os.getppid() != self._parent:
            os._exit(0)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none."""


def serve(service: Service, listener: socket.socket, table: Table, row: int, ready: Any, parent: int) -> None:
    """One server process: until it is ended, or its parent is gone."""
    from workloads._http_server import dealt

    body = b"x" * service.body_bytes
    delays_ms: Iterator[float] = dealt(service.delays_ms, row)
    counting = threading.Lock()  # the table has one writer per process, and here are many threads

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        with counting:
            table.begin(row)
            delay_ms = next(delays_ms)
        try:
            table.wait_for_all()
            if delay_ms:
                time.sleep(delay_ms / 1000)
            start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))])
            return [body]
        finally:
            with counting:
                table.leave(row)

    server = _Server(listener, table, row, parent)
    server.set_app(application)
    ready.send(True)
    ready.close()
    server.serve_forever(poll_interval=1.0)
