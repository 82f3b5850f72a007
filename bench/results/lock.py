"""One writer per run: its directory is locked as long as somebody writes there."""

from __future__ import annotations

import os
from pathlib import Path

from bench.errors import StoreError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Lock:
    """Held from creation until `release`, or until the process ends, however it ends.

    ``held`` is false where the platform or the filesystem has no such locks; then nothing keeps a second writer away.
    The directory itself is locked: a file in it would have to stay for good, or two writers could hold two of one name.
    """

    def __init__(self, directory: Path) -> None:
        """Raise `StoreError` when another process writes this run."""
        self._fd: int | None = None
        if fcntl is None:
            return
        fd = os.open(directory, os.O_RDONLY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            raise StoreError(
                f"{directory}: another bench run is writing this run; wait until it ends, or interrupt it with Ctrl-C"
            ) from None
        except OSError:  # a network filesystem locks no directory
            os.close(fd)
            return
        self._fd = fd

    @property
    def held(self) -> bool:
        return self._fd is not None

    def release(self) -> None:
        """Let others write. Safe to call twice."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    __del__ = release
