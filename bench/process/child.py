"""A process of ours at the other end of a channel: start it, talk to it, and know its last words when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from typing import IO

from bench.process.launch import Launch
from bench.process.reaper import Reaper, kill_group
from bench.trial.channel import Channel, ChannelClosed, Message

_LAST_LINES = 5


class ChildLost(Exception):
    """The process died, hung, or answered an order with an error; the text says which, with its last stderr lines.

    ``hung`` is true for a time-out: asking again would only cost the time again.
    """

    def __init__(self, text: str, *, hung: bool = False) -> None:
        super().__init__(text)
        self.hung = hung


class Child:
    """One child, launched with a channel for its stdin and stdout and a log for its stderr."""

    def __init__(self, launch: Launch, reaper: Reaper) -> None:
        self._reaper = reaper
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self.launched_s = time.perf_counter()
        stdin, write_fd = os.pipe()
        read_fd, stdout = os.pipe()
        try:
            self._process = launch(stdin, stdout, self._log.fileno())
        finally:
            os.close(stdin)
            os.close(stdout)
        self._channel = Channel(read_fd, write_fd)
        self.pid = self._process.pid
        reaper.watch(self.pid)

    def send(self, order: Message) -> None:
        """Send an order whose reply is awaited later.

        Raises:
            ChildLost: the process is gone.
        """
        try:
            self._channel.send(order)
        except ChannelClosed:
            raise ChildLost(self._obituary()) from None

    def reply(self, timeout_s: float) -> tuple[Message, bytes]:
        """Wait for the reply to the last order.

        Raises:
            ChildLost: the process died, was silent for ``timeout_s``, or replied with an error.
        """
        try:
            message, payload = self._channel.receive(timeout_s)
        except ChannelClosed:
            raise ChildLost(self._obituary()) from None
        except TimeoutError:
            raise ChildLost(f"no answer within {timeout_s:.0f} s{self._last_words()}", hung=True) from None
        if "error" in message:
            raise ChildLost(str(message["error"]))
        return message, payload

    def ask(self, order: Message, timeout_s: float) -> Message:
        """Send an order and wait for its reply. Raises `ChildLost`."""
        self.send(order)
        return self.reply(timeout_s)[0]

    def output(self) -> str:
        """What the process has printed so far, on stdout and stderr."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def stop(self, patience_s: float) -> None:
        """Ask the process to stop, and kill its whole group when it has or when patience ends."""
        try:
            self._channel.send({"do": "stop"})
            self._process.wait(patience_s)
        except (ChannelClosed, subprocess.TimeoutExpired):
            pass
        self.kill()

    def kill(self) -> None:
        """Kill the process group and forget it. Safe to call twice."""
        if self._log.closed:
            return
        kill_group(self.pid)
        self._process.wait()
        self._reaper.forget(self.pid)
        self._channel.close()
        self._log.close()

    def _obituary(self) -> str:
        """How the process ended, with its last words."""
        try:
            code = self._process.wait(2)
        except subprocess.TimeoutExpired:
            return f"closed its channel{self._last_words()}"
        if code < 0:
            return f"killed by {signal.Signals(-code).name}{self._last_words()}"
        return f"ended with exit code {code}{self._last_words()}"

    def _last_words(self) -> str:
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 4096))
        lines = [line.strip() for line in self._log.read().decode(errors="replace").splitlines() if line.strip()]
        return "; its last words: " + " | ".join(lines[-_LAST_LINES:]) if lines else ""
