"""Ctrl-C, SIGTERM and SIGHUP come at any moment; here they are let in only where nothing is half done.

A ``KeyboardInterrupt`` between two bytecodes can fall into a fork, a clean-up, an import or a half-written line. Inside
`deferred` a signal is noted and raised at the next `admitted`: the waits for other processes, which is where a command
spends its time. It is raised once; what comes while everything is put in order again is ignored.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


Handler = Callable[[int, FrameType | None], object] | signal.Handlers


class _State:
    """What is known of signals in this process: handlers are process-wide, so this is, too."""

    deferring = False
    waiting = False
    shields = 0
    noted = False
    raised = False


def _note(number: int, frame: FrameType | None) -> None:
    _State.noted = True
    if _State.waiting and not _State.shields and not _State.raised:
        _State.raised = True
        raise KeyboardInterrupt


def _raise(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def until_the_end() -> Iterator[None]:
    """SIGTERM and SIGHUP end what is done here as Ctrl-C does; afterwards the process has its exit code and ends.

    One that the user's shell ignores (nohup) stays ignored.
    """
    with _handled(_raise, afterwards=signal.SIG_IGN):
        yield


@contextmanager
def deferred() -> Iterator[None]:
    """Signals wait for an `admitted`.

    Raises:
        KeyboardInterrupt: at the end, when one has come and found no wait to end.
    """
    _State.deferring, _State.waiting, _State.noted, _State.raised = True, False, False, False
    try:
        with _handled(_note):
            yield
    finally:
        _State.deferring = False
    if _State.noted and not _State.raised:
        raise KeyboardInterrupt


@contextmanager
def admitted() -> Iterator[None]:
    """A wait that a signal may end; outside of `deferred` every place is.

    Raises:
        KeyboardInterrupt: a signal came, now or since the last wait.
    """
    if not _State.deferring or _State.shields:
        yield
        return
    try:
        _State.waiting = True
        if _State.noted and not _State.raised:
            _State.raised = True
            raise KeyboardInterrupt
        yield
    finally:
        _State.waiting = False


def admit() -> None:
    """A place where a signal that has come ends what is done. Raises KeyboardInterrupt."""
    with admitted():
        pass


@contextmanager
def shielded() -> Iterator[None]:
    """What must not be left half done, although it waits for others: giving birth, putting an end."""
    _State.shields += 1
    try:
        yield
    finally:
        _State.shields -= 1


def readmit() -> None:
    """The clean-up is done: a further signal may end what follows."""
    _State.noted = _State.raised = _State.waiting = False


@contextmanager
def _handled(handler: Handler, afterwards: Handler | None = None) -> Iterator[None]:
    """Args: afterwards: what handles them then; None restores what was there before."""
    before = {}
    try:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, handler)
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous if afterwards is None else afterwards)
