"""Where nobody listens any more, what is said is lost and nothing else."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import IO, Any, TextIO, cast

_LEFT = (errno.EPIPE, errno.EIO)
"""The reader of a pipe has enough, as ``| head`` has; a terminal was closed."""


def unheard(stream: TextIO, *, result: bool = False) -> IO[str]:
    """The same stream, whose reader may leave.

    Args:
        result: what is said is what the command is for: a disk that does not take it is an error. Progress is not.
    """
    return cast("IO[str]", _Unheard(stream, result=result))


class _Unheard:
    def __init__(self, stream: TextIO, *, result: bool) -> None:
        self._stream = stream
        self._result = result

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            self._lost(error)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._lost(error)

    def _lost(self, error: OSError) -> None:
        """From now on it is written nowhere, also what the interpreter still has in hand when it ends."""
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)
        if self._result and error.errno not in _LEFT:
            raise error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
