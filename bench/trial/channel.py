"""A private, framed channel between two processes: a JSON header and an optional block of raw bytes per message.

Guarantees: a message arrives whole or not at all; the peer's death is `ChannelClosed`, silence is `TimeoutError`, and
what is no message is `Garbled`. JSON rather than pickle, so that the two ends may be different interpreters.
"""

from __future__ import annotations

import json
import os
import select
import sys
import time
from typing import Any

_LENGTHS = 16  # two 8-byte little-endian lengths: header, payload
_CHUNK = 1 << 20
_MOST_HEADER = 1 << 28
_MOST_PAYLOAD = 1 << 36
"""Bytes beyond which a length is garbage: no turn records as many ops as fill it."""

Message = dict[str, Any]


class ChannelClosed(Exception):
    """The process at the other end is gone."""


class Garbled(ChannelClosed):
    """What came is no message: something else wrote into the channel. Nothing that follows can be trusted."""


NUMBER = "n"
"""Key under which an order carries its number, and its answer the same: what else comes is no answer."""


def answer(order: Message, reply: Message) -> Message:
    """The reply to an order."""
    return {**reply, NUMBER: order.get(NUMBER)}


class Channel:
    """One end of the pair of pipes."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self.read_fd = read_fd
        self._write_fd = write_fd

    def send(self, message: Message, payload: bytes | memoryview = b"", timeout_s: float | None = None) -> None:
        """Send one message.

        Raises:
            ChannelClosed: the other end is gone.
            TimeoutError: the other end did not take it within ``timeout_s``.
        """
        header = json.dumps(message, separators=(",", ":")).encode()
        lengths = len(header).to_bytes(8, "little") + len(payload).to_bytes(8, "little")
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self._write(memoryview(lengths + header), deadline)
        self._write(memoryview(payload), deadline)

    def receive(self, timeout_s: float | None = None) -> tuple[Message, bytes]:
        """Wait for one message and its payload.

        Raises:
            ChannelClosed: the other end is gone.
            Garbled: what arrived is no message.
            TimeoutError: nothing whole arrived within ``timeout_s``.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        lengths = self._read(_LENGTHS, deadline)
        sizes = int.from_bytes(lengths[:8], "little"), int.from_bytes(lengths[8:], "little")
        if sizes[0] > _MOST_HEADER or sizes[1] > _MOST_PAYLOAD:
            raise Garbled
        header, payload = self._read(sizes[0], deadline), self._read(sizes[1], deadline)
        try:
            message = json.loads(header)
        except ValueError as error:
            raise Garbled from error
        if not isinstance(message, dict):
            raise Garbled
        return message, bytes(payload)

    def ready(self, timeout_s: float) -> bool:
        """Wait until something can be read, or for so long; tell which."""
        return bool(select.select([self.read_fd], [], [], max(timeout_s, 0.0))[0])

    def close(self) -> None:
        """Close both pipes; the peer sees the end of its input."""
        for fd in {self.read_fd, self._write_fd}:
            os.close(fd)

    def _write(self, data: memoryview, deadline: float | None) -> None:
        while data:
            size = _CHUNK
            if deadline is not None:
                left_s = max(deadline - time.monotonic(), 0.0)
                if not select.select([], [self._write_fd], [], left_s)[1]:
                    raise TimeoutError
                size = select.PIPE_BUF  # a pipe that is ready takes so much without waiting
            try:
                data = data[os.write(self._write_fd, data[:size]) :]
            except OSError as error:
                raise ChannelClosed from error

    def _read(self, size: int, deadline: float | None) -> bytearray:
        data = bytearray()
        while len(data) < size:
            if deadline is not None:
                left_s = deadline - time.monotonic()
                if left_s <= 0 or not select.select([self.read_fd], [], [], left_s)[0]:
                    raise TimeoutError
            try:
                chunk = os.read(self.read_fd, min(size - len(data), _CHUNK))
            except OSError as error:
                raise ChannelClosed from error
            if not chunk:
                raise ChannelClosed
            data += chunk
        return data


def take_standard_streams() -> Channel:
    """Make the channel of a child out of its stdin and stdout, and give it harmless ones instead.

    Called before any workload code runs: from here on fd 0 reads nothing and fd 1 goes where fd 2 goes (the log),
    so whatever a workload prints or reads cannot break the channel.
    """
    channel = Channel(os.dup(0), os.dup(1))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.stdout.flush()
    return channel
