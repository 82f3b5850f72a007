"""Standard streams that take any text and do not fail: the one way out of this program.

A terminal may speak ASCII, a disk may be full, a reader may go away: none of it is a reason to lose a run, or to end in
a traceback. What a stream cannot carry is written in ASCII; when it takes nothing any more the rest is dropped, and
`failed` says so at the end.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import IO, Any, TextIO, cast

_ASCII = {
    "✓": "+", "✗": "-", "◐": "~",
    "×": "x", "±": "+-", "≥": ">=", "≤": "<=", "…": "...", "µ": "u", "μ": "u", "▲": "^", "△": "^", "→": "->", "≈": "~",
    "–": "-", "—": "-", "‑": "-", "·": "-", "•": "*", "“": '"', "”": '"', "‘": "'", "’": "'", "\xa0": " ", "°": " deg",
    "─": "-", "━": "-", "│": "|", "┃": "|",
}  # fmt: skip
"""Every mark of ours that is not ASCII, and the usual ones of others."""

_HANDLER = "deadheat.ascii"


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_ASCII.get(char) or ascii(char)[1:-1] for char in lost), error.end


codecs.register_error(_HANDLER, _in_ascii)


def carried(text: str, encoding: str) -> str:
    """The text as an encoding can carry it: marks in their ASCII form, anything else it lacks as an escape."""
    try:
        return text.encode(encoding, _HANDLER).decode(encoding)
    except (LookupError, UnicodeError):  # no encoding of text, or one that cannot carry ASCII either
        return text.encode("ascii", _HANDLER).decode("ascii")


class Outlet:
    """A text stream in front of a standard one (None: it was closed before we began)."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.failed: OSError | None = None if stream else OSError(errno.EBADF, os.strerror(errno.EBADF))

    @property
    def is_gone(self) -> bool:
        """Whether the reader has enough, as in `bench show | head`: nothing is wrong then."""
        return isinstance(self.failed, BrokenPipeError)

    def write(self, text: str) -> int:
        if self._stream is not None and self.failed is None:
            try:
                self._stream.write(carried(text, self.encoding))
            except OSError as error:
                self._give_up(error)
        return len(text)

    def write_exactly(self, text: str) -> None:
        """Write what another program reads, a path: the bytes as the system has them."""
        buffer: IO[bytes] | None = getattr(self._stream, "buffer", None)
        if buffer is None or self.failed is not None:
            self.write(text)
            return
        try:
            self.flush()
            buffer.write(os.fsencode(text))
        except OSError as error:
            self._give_up(error)

    def flush(self) -> None:
        if self._stream is not None and self.failed is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        if self._stream is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self._stream.fileno()

    def _give_up(self, error: OSError) -> None:
        """Write no more; what is still buffered must not fail once more when Python ends."""
        self.failed = error
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
        except (OSError, ValueError):  # a stream without a descriptor, as tests have
            pass


@contextmanager
def standard_streams() -> Iterator[tuple[Outlet, Outlet]]:
    """Put an outlet in front of stdout and stderr."""
    _open_missing_descriptors()
    out, err = Outlet(cast("Any", sys.stdout)), Outlet(cast("Any", sys.stderr))
    with redirect_stdout(cast("Any", out)), redirect_stderr(cast("Any", err)):
        try:
            yield out, err
        finally:
            out.flush()
            err.flush()


def _open_missing_descriptors() -> None:
    """A file of ours must never become stdout because somebody closed it: whatever a library prints would go there."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
