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
_LONGEST_SPELL_S = 5.0
_CHUNK = 1 << 20
_MOST_HEADER = 1 << 28
_MOST_PAYLOAD = 1 << 32
"""Bytes beyond which a length is garbage: no turn records as many ops as fill it."""

_CLOSED = -1

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
        patience = Patience(timeout_s)
        self._write(memoryview(lengths + header), patience)
        self._write(memoryview(payload), patience)

    def receive(self, timeout_s: float | None = None) -> tuple[Message, bytes]:
        """Wait for one message and its payload.

        Raises:
            ChannelClosed: the other end is gone.
            Garbled: what arrived is no message.
            TimeoutError: nothing whole arrived within ``timeout_s``.
        """
        patience = Patience(timeout_s)
        lengths = self._read(_LENGTHS, patience)
        sizes = int.from_bytes(lengths[:8], "little"), int.from_bytes(lengths[8:], "little")
        if sizes[0] > _MOST_HEADER or sizes[1] > _MOST_PAYLOAD:
            raise Garbled
        header, payload = self._read(sizes[0], patience), self._read(sizes[1], patience)
        try:
            message = json.loads(header)
        except (ValueError, RecursionError) as error:
            raise Garbled from error
        if not isinstance(message, dict):
            raise Garbled
        return message, bytes(payload)

    def ready(self, timeout_s: float) -> bool:
        """Wait until something can be read, or for so long; tell which. The end of the peer can be read, too."""
        try:
            Patience(timeout_s).wait([self.read_fd], [])
        except TimeoutError:
            return False
        except ChannelClosed:
            pass
        return True

    def close(self) -> None:
        """Close both pipes; the peer sees the end of its input, and whoever asks us that the peer is gone."""
        for fd in {self.read_fd, self._write_fd} - {_CLOSED}:
            os.close(fd)
        self.read_fd = self._write_fd = _CLOSED  # their numbers will soon be those of other files

    def _write(self, data: memoryview, patience: Patience) -> None:
        while data:
            size = _CHUNK
            if patience.ends:
                patience.wait([], [self._write_fd])
                size = select.PIPE_BUF  # a pipe that is ready takes so much without waiting
            try:
                data = data[os.write(self._write_fd, data[:size]) :]
            except OSError as error:
                raise ChannelClosed from error

    def _read(self, size: int, patience: Patience) -> bytearray:
        data = bytearray()
        while len(data) < size:
            if patience.ends:
                patience.wait([self.read_fd], [])
            try:
                chunk = os.read(self.read_fd, min(size - len(data), _CHUNK))
            except OSError as error:
                raise ChannelClosed from error
            if not chunk:
                raise ChannelClosed
            data += chunk
        return data


class Patience:
    """How long a message may take, all its parts together.

    It is counted in spells, none of which counts for longer than it was meant to last: while we ourselves are held
    (Ctrl-Z, a machine that sleeps) nobody else's time passes.
    """

    def __init__(self, timeout_s: float | None) -> None:
        self.ends = timeout_s is not None
        self._left_s = timeout_s or 0.0
        self._spell_s = min(self._left_s / 4, _LONGEST_SPELL_S)
        self._seen_s = time.monotonic()

    def wait(self, readable: list[int], writable: list[int]) -> None:
        """Wait until one of these is ready.

        Raises:
            TimeoutError: patience has ended.
            ChannelClosed: we have closed it.
        """
        if _CLOSED in readable + writable:
            raise ChannelClosed
        if self._spend() < 0:  # one that never ends is ready all the time
            raise TimeoutError
        while not any(select.select(readable, writable, [], min(max(self._left_s, 0.0), self._spell_s))):
            if self._spend() <= 0:
                raise TimeoutError

    def _spend(self) -> float:
        """Count what has passed since the last look; what is left."""
        now_s = time.monotonic()
        self._left_s -= min(now_s - self._seen_s, self._spell_s)
        self._seen_s = now_s
        return self._left_s


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
