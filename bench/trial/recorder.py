"""What one worker writes down in one turn: when each op ended, and which ops failed.

The end of an op is the start of the next, so one clock read per op tells both. Reads are kept in a list, since
``list.append`` costs a quarter of ``array.append`` (19 and 84 ns on one machine) and this is inside the floor of every
op; what that holds is given back after the turn, and memory is measured before the first timed turn. Nothing is
computed here; the raw clock reads go to the parent, which does the arithmetic between turns.
"""

from __future__ import annotations

import errno
from array import array
from collections import deque
from collections.abc import Callable
from typing import Any

MOST_MESSAGES = 20
"""Distinct failure texts kept per worker and turn; further ones are counted under ``OTHER``."""

OTHER = "other errors"
WRONG_RESULT = "check: the result is wrong"

_LIMITS = {
    errno.EMFILE: "file descriptor limit reached (raise it with `ulimit -n`, or lower the concurrency)",
    errno.ENFILE: "the machine's file descriptor limit is reached (lower the concurrency)",
    errno.EADDRNOTAVAIL: "no free local port left (ephemeral port range used up; keep connections alive)",
    errno.EADDRINUSE: "the port is already in use by another program",
    errno.EAGAIN: "process or thread limit reached (raise it with `ulimit -u`, or lower the concurrency)",
    errno.ENOSPC: "the disk is full",
    errno.ENOMEM: "the machine is out of memory",
}


_LONGEST_TEXT = 300
_LONGEST_READ = 3000
"""Of a text of megabytes the beginning is looked at."""


def describe(error: BaseException) -> str:
    """One line for an error, whatever it is; a limit of the machine, also one hidden behind another, in words."""
    try:
        return _described(error)
    except BaseException:  # an error whose own text raises
        return f"{type(error).__name__} (its text cannot be read)"


def _described(error: BaseException) -> str:
    if reached := limit(error):
        return f"{reached}: {type(error).__name__}"
    try:
        text = " ".join(str(error)[:_LONGEST_READ].split())[:_LONGEST_TEXT]
    except Exception as second:
        text = f"(its text cannot be told: {type(second).__name__})"
    if isinstance(error, TypeError) and "context manager protocol" in text:
        text += _forgotten_decorator(text)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def limit(error: BaseException) -> str:
    """The limit of the machine that an error tells of or that is behind it, with the remedy; empty where it is none."""
    cause: BaseException | None = error
    for _ in range(20):  # a chain of causes can be a ring
        if cause is None:
            break
        number = getattr(cause, "errno", None)
        if number in _LIMITS and (number != errno.EAGAIN or _starts_something(cause)):
            return _LIMITS[number]
        if isinstance(cause, RuntimeError) and "can't start new thread" in str(cause):
            return _LIMITS[errno.EAGAIN]
        cause = cause.__cause__ or cause.__context__
    return ""


def _forgotten_decorator(text: str) -> str:
    """What a form that is no context manager lacks, told by what was entered in its place."""
    entered, _, protocol = text.partition(" object ")
    if "asynchronous" in protocol:
        return "; did you forget @asynccontextmanager above an `async def` that yields the op?"
    if "async" in entered.lower() or "coroutine" in entered:
        return "; a blocking form is a plain `def` with @contextmanager above it"
    return "; did you forget @contextmanager above a `def` that yields the op?"


def _starts_something(error: BaseException) -> bool:
    """Whether it was raised where a process or thread is started; a socket that would block has the same number."""
    trace, file = error.__traceback__, ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        trace = trace.tb_next
    return file.replace("\\", "/").endswith(("/subprocess.py", "/threading.py", "/popen_fork.py", "/forkserver.py"))


_DROP: Callable[[int], None] = deque[int](maxlen=0).append
"""Takes a clock read and keeps nothing; one for all workers, so that none of it is in their memory figure."""


_NOTHING: list[int] = []
"""Stands for an empty buffer and is never appended to: buffers of 20,000 tasks must not be in their memory figure."""

_NO_MESSAGES: dict[str, int] = {}


class Recorder:
    """The buffers of one worker; emptied at the start of each turn."""

    __slots__ = ("ends_ns", "failed_starts_ns", "messages")

    def __init__(self) -> None:
        self.ends_ns = _NOTHING
        self.failed_starts_ns = _NOTHING
        self.messages = _NO_MESSAGES

    def begin(self, *, keep: bool) -> Callable[[int], None]:
        """Empty the buffers and return the function that keeps (or, for a turn that is not timed, drops) a read."""
        self.ends_ns = [] if keep else _NOTHING
        self.failed_starts_ns = _NOTHING
        self.messages = _NO_MESSAGES
        return self.ends_ns.append if keep else _DROP

    def failed(self, start_ns: int, error: BaseException | None) -> None:
        """Note that the op begun at ``start_ns`` raised ``error`` (None: its result failed the check)."""
        if self.failed_starts_ns is _NOTHING:
            self.failed_starts_ns, self.messages = [], {}
        self.failed_starts_ns.append(start_ns)
        text = WRONG_RESULT if error is None else describe(error)
        if text not in self.messages and len(self.messages) >= MOST_MESSAGES:
            text = OTHER
        self.messages[text] = self.messages.get(text, 0) + 1

    __call__ = failed
    """A recorder is what the loops call for a failed op: a bound method would be 64 bytes more per parked task."""

    def state(self) -> tuple[bytes, bytes, dict[str, int]]:
        """Hand the buffers over in a form that crosses a pipe: ends and failed starts as raw int64, and messages.

        They are empty afterwards: a parked contestant must not hold its last turn.
        """
        ends, failed = array("q", self.ends_ns).tobytes(), array("q", self.failed_starts_ns).tobytes()
        self.ends_ns = self.failed_starts_ns = _NOTHING
        return ends, failed, self.messages


def _most_frequent(messages: dict[str, int]) -> dict[str, int]:
    """The commonest texts; the rest are counted together, so that no failure is lost from the sum."""
    ranked = sorted(messages.items(), key=lambda item: (item[0] == OTHER, -item[1]))
    kept = dict(ranked[:MOST_MESSAGES])
    rest = sum(count for _, count in ranked[MOST_MESSAGES:])
    return {**kept, OTHER: kept.get(OTHER, 0) + rest} if rest else kept


def pack(states: list[tuple[bytes, bytes, dict[str, int]]]) -> tuple[dict[str, Any], bytes]:
    """Join the workers' buffers into one message: sizes and messages in the header, all clock reads in the payload."""
    messages: dict[str, int] = {}
    for _, _, counts in states:
        for text, count in counts.items():
            messages[text] = messages.get(text, 0) + count
    header = {
        "ends": [len(ends) // 8 for ends, _, _ in states],
        "failed": [len(failed) // 8 for _, failed, _ in states],
        "messages": _most_frequent(messages),
    }
    return header, b"".join(part for ends, failed, _ in states for part in (ends, failed))
