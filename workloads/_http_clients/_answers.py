"""Answers to GET, read by httptools; no I/O, so every way of waiting can have the same."""

from __future__ import annotations

from typing import Any

HUNG_UP = "the server closed the connection before its answer was whole"


class Answers:
    """Those of one connection, one after the other."""

    def __init__(self) -> None:
        import httptools

        self._parser: Any = httptools.HttpResponseParser(self)
        self._length = 0
        self._whole = False

    def on_body(self, body: bytes) -> None:
        self._length += len(body)

    def on_message_complete(self) -> None:
        self._whole = True

    def feed(self, data: bytes) -> int | None:
        """How long the body is, once the answer is whole; None until then.

        Raises:
            ConnectionError: there is no more data, or the status is not 200.
        """
        if not data:
            raise ConnectionError(HUNG_UP)
        self._parser.feed_data(data)
        if not self._whole:
            return None
        length, self._length, self._whole = self._length, 0, False
        if self._parser.get_status_code() != 200:
            raise ConnectionError(f"status {self._parser.get_status_code()}")
        return length
