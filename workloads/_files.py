"""What one op of file_io does with its worker's own files, whoever runs it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COLD_NEEDS = ("posix_fadvise", "preadv", "RWF_NOWAIT")


def evict(descriptor: int) -> None:
    """Ask the kernel to forget the pages of a file; only what the device has already can be forgotten."""
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def is_cached(descriptor: int) -> bool:
    """Whether the first page of a file is in memory: a read that must not wait for a device finds it.

    Raises OSError where the filesystem does not answer that.
    """
    try:
        return os.preadv(descriptor, [bytearray(1)], 0, os.RWF_NOWAIT) == 1
    except BlockingIOError:
        return False


def cannot_be_cold(directory: Path) -> str:
    """Why files here are never read from a device, or cannot be shown to be; empty where they are."""
    with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
        file.write(bytes(65_536))
        os.fsync(file)
        evict(file.fileno())
        try:
            kept = is_cached(file.fileno())
        except OSError as error:
            return f"this filesystem does not tell whether a file is in memory ({error.strerror})"
    return "the kernel keeps the files of this filesystem in memory, as it does those of a tmpfs" if kept else ""


@dataclass(frozen=True)
class Files:
    """One worker's files and what an op does with each: write it if asked to, then read it back and compare."""

    paths: tuple[Path, ...]
    data: bytes
    write: bool
    durable: bool
    cold: bool

    @property
    def settled(self) -> bool:
        """Whether the device must have what was written before it is read: else it cannot be evicted."""
        return self.durable or self.cold

    def visit(self) -> int:
        """All files, one after the other; bytes that came back unchanged, or -1."""
        return sum(map(self._one, self.paths)) if len(self.paths) > 1 else self._one(self.paths[0])

    def _one(self, path: Path) -> int:
        if self.write:
            with path.open("wb", buffering=0) as file:
                file.write(self.data)
                if self.settled:
                    os.fsync(file)
        with path.open("rb", buffering=0) as file:
            if self.cold and still_cached(file.fileno()):
                return -1
            return self.unchanged(file.read())

    def unchanged(self, back: bytes) -> int:
        return len(self.data) if back == self.data else -1


def still_cached(descriptor: int) -> bool:
    """Evict a file, and tell whether the kernel has kept it: an op that read from memory is not a cold one."""
    evict(descriptor)
    return is_cached(descriptor)


@contextmanager
def own_files(
    directory: str, count: int, size_bytes: int, *, write: bool, durable: bool, cold: bool
) -> Iterator[Files]:
    """A worker's files, written once, removed in the end."""
    data = os.urandom(size_bytes)
    with tempfile.TemporaryDirectory(dir=directory) as own:
        paths = tuple(Path(own, str(number)) for number in range(count))
        for path in paths:
            with path.open("wb", buffering=0) as file:
                file.write(data)
                if durable or cold:
                    os.fsync(file)
        yield Files(paths, data, write, durable, cold)
