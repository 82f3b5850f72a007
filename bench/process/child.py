"""A process of ours at the other end of a channel: start it, talk to it, and know its last words when it dies.

Every wait ends: a process that hangs, is stopped or cannot be killed costs the time-out and nothing else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack

from bench.process import interrupts
from bench.process.launch import Launch
from bench.process.reaper import Reaper, kill_group
from bench.trial.channel import NUMBER, Channel, ChannelClosed, Garbled, Message
from bench.trial.recorder import describe

UNTOLD = -(1 << 16)
"""Exit code of a process whose parent is gone."""

_LAST_LINES = 5
_OBITUARY_S = 2.0
_KILLED_S = 5.0
"""A killed process is gone at once, unless the kernel holds it in a call that never returns."""


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
        """Raises: ChildLost: it could not be started; says why."""
        self._reaper = reaper
        self.launched_s = time.perf_counter()
        self._sent = 0
        try:
            self._begin(launch)
        except OSError as error:
            raise ChildLost(f"it could not be started: {describe(error)}") from error
        self.pid = self._process.pid
        reaper.watch(self.pid)

    def _begin(self, launch: Launch) -> None:
        with ExitStack() as ours, ExitStack() as theirs:
            self._log = ours.enter_context(tempfile.TemporaryFile())
            stdin, write_fd = os.pipe()
            theirs.callback(os.close, stdin)
            ours.callback(os.close, write_fd)
            read_fd, stdout = os.pipe()
            theirs.callback(os.close, stdout)
            ours.callback(os.close, read_fd)
            self._process = launch(stdin, stdout, self._log.fileno())
            ours.pop_all()
        self._channel = Channel(read_fd, write_fd)

    def send(self, order: Message, timeout_s: float) -> None:
        """Send an order whose reply is awaited later.

        Raises:
            ChildLost: the process is gone, or did not take the order within ``timeout_s``.
        """
        self._sent += 1
        self._assert_not_ended()
        try:
            with interrupts.admitted():
                self._channel.send({**order, NUMBER: self._sent}, timeout_s=timeout_s)
        except ChannelClosed:
            raise ChildLost(self._obituary()) from None
        except TimeoutError:
            raise self._silent(order, timeout_s) from None

    def reply(self, timeout_s: float, waited_s: float = 0.0) -> tuple[Message, bytes]:
        """Wait for the reply to the last order.

        Args:
            waited_s: how long it has been waited for already, for the words of a time-out.

        Raises:
            ChildLost: the process died, was silent for ``timeout_s``, or replied with an error or with garbage.
        """
        self._assert_not_ended()
        try:
            with interrupts.admitted():
                message, payload = self._channel.receive(timeout_s)
        except Garbled:
            raise self._garbled() from None
        except ChannelClosed:
            raise ChildLost(self._obituary()) from None
        except TimeoutError:
            raise self._silent({}, waited_s + timeout_s) from None
        if message.get(NUMBER) != self._sent:
            raise self._garbled()
        if "error" in message:
            raise ChildLost(str(message["error"]))
        return message, payload

    def ready(self, timeout_s: float) -> bool:
        """Wait until a reply has begun to arrive, or for so long; tell which."""
        with interrupts.admitted():
            return self._channel.ready(timeout_s)

    def ask(self, order: Message, timeout_s: float) -> Message:
        """Send an order and wait for its reply. Raises `ChildLost`."""
        self.send(order, timeout_s)
        return self.reply(timeout_s)[0]

    def output(self) -> str:
        """What the process has printed so far, on stdout and stderr."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def stop(self, patience_s: float) -> None:
        """Ask the process to stop, and kill its whole group when it has or when patience ends."""
        if not self._log.closed:
            try:
                self._channel.send({"do": "stop", NUMBER: 0}, timeout_s=patience_s)
                with interrupts.shielded():
                    self._process.wait(patience_s)
            except (ChannelClosed, TimeoutError, subprocess.TimeoutExpired):
                pass
        self.kill()

    def kill(self) -> None:
        """Kill the process group and forget it. Safe to call twice."""
        if self._log.closed:
            return
        kill_group(self.pid)
        try:
            with interrupts.shielded():
                self._process.wait(_KILLED_S)
            self._reaper.forget(self.pid)
        except subprocess.TimeoutExpired:
            pass  # it stays on the reaper's list
        self._channel.close()
        self._log.close()

    def _assert_not_ended(self) -> None:
        if self._log.closed:
            raise ChildLost("it was ended")

    def _garbled(self) -> ChildLost:
        return ChildLost("something in it wrote into the harness's own channel (a file descriptor that is not its own)")

    def _silent(self, order: Message, timeout_s: float) -> ChildLost:
        what = "did not take its orders" if order else "no answer"
        return ChildLost(f"{what} within {timeout_s:.3g} s{self._last_words()}", hung=True)

    def _obituary(self) -> str:
        """How the process ended, with its last words."""
        try:
            code = self._process.wait(_OBITUARY_S)
        except subprocess.TimeoutExpired:
            return f"closed its channel{self._last_words()}"
        return f"{ended(code)}{self._last_words()}"

    def _last_words(self) -> str:
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 4096))
        lines = [line.strip() for line in self._log.read().decode(errors="replace").splitlines() if line.strip()]
        return "; its last words: " + " | ".join(lines[-_LAST_LINES:]) if lines else ""


def ended(code: int) -> str:
    """How a process ended, in words."""
    if code == UNTOLD:
        return "ended, and nobody was left to say how"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal
        return f"killed by signal {-code}"
