"""Nothing outlives the session, however it ends: no process, no temporary file.

A small process of its own session holds the read end of a pipe. The session writes the process groups it starts and
ends, and the directories that are its own; when the pipe closes, by a clean exit, Ctrl-C or ``kill -9``, every group
still on the list is killed, then whatever carries the session's mark, and the directories are removed. Process groups
and not pids, because an op may start children and hang; a mark in the environment, because a child may leave its group;
a pipe and not a signal, because ``kill -9`` runs no code of ours. A reaper that was killed is replaced. Where it was
killed together with the session, the next session finds the directory and does the same: nobody holds its lock.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, unquote

try:
    import fcntl
except ImportError:  # Windows: nothing is swept there
    fcntl = None  # type: ignore[assignment]

MARK = "DEADHEAT_SESSION"
"""Environment variable of every process that a session starts, inherited by theirs."""

_PREFIX = "deadheat-"
_FILES = "t"
"""Where processes of the session put theirs; short, as the path of a socket must not be long."""
_PASSAGE = 0o711
"""Whoever knows a name inside may reach it: a server that refuses to run as root has its files there."""
_OWNED = "owned"
"""File in the session's directory that lists all directories that are its own."""
_PATIENCE_S = 10.0
_DYING_S = 5.0
_BEING_MADE_S = 60.0
"""A directory of this age that lists nothing is not being made any more: its session died in the middle of that."""


class Reaper:
    """The session's end of the pipe.

    environment: of every process of the session; their temporary files come into a directory that is removed.
    temporary: the session's own directory.
    """

    def __enter__(self) -> Reaper:
        _sweep(Path(tempfile.gettempdir()))
        self.temporary = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.temporary.chmod(_PASSAGE)
        self._lock = _locked(self.temporary, wait=True)
        self._directories = [self.temporary]
        self._groups: set[int] = set()
        # inside another session's process the marks add up: what that one's reaper looks for must find ours
        marks = f"{os.environ.get(MARK, '')}/{self.temporary.name}"
        self.environment = {MARK: marks, "TMPDIR": str(self.temporary / _FILES)}
        try:
            (self.temporary / _FILES).mkdir(_PASSAGE)
            _list(self.temporary, self._directories)
            self._process = self._started()
        except OSError:
            _end(self.temporary.name, (), self._directories)
            raise
        return self

    def watch(self, group: int) -> None:
        """Kill this process group when the session is gone."""
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """This group has ended; its number may be used again by others."""
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def clean(self, directory: Path) -> None:
        """Remove this directory when the session is gone."""
        self._directories.append(directory)
        _list(self.temporary, self._directories)
        self._tell(f"={_written(directory)}\n")

    def clear(self) -> None:
        """Remove what processes of the session have left behind, now that all of them have ended: others and files."""
        _kill_marked(self.temporary.name)
        shutil.rmtree(self.temporary / _FILES, ignore_errors=True)
        (self.temporary / _FILES).mkdir(_PASSAGE, exist_ok=True)

    def _started(self) -> subprocess.Popen[bytes]:
        """A reaper that knows all there is to know."""
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, self.temporary.name], stdin=subprocess.PIPE, start_new_session=True
        )
        assert process.stdin is not None
        if hasattr(os, "set_blocking"):  # one that is stopped and reads nothing must not stop the session
            os.set_blocking(process.stdin.fileno(), False)
        lines = [f"={_written(directory)}\n" for directory in self._directories]
        lines += [f"+{group}\n" for group in self._groups]
        _write(process, "".join(lines))
        return process

    def _tell(self, line: str) -> None:
        if _write(self._process, line):
            return
        _end_process(self._process)  # somebody killed it, or it is stopped
        try:
            self._process = self._started()
        except OSError:  # no process to be had: then `__exit__` does it
            pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        pipe.close()
        try:
            if hasattr(signal, "SIGCONT"):
                self._process.send_signal(signal.SIGCONT)
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            _end_process(self._process)
        if self._process.returncode:  # it was killed: what it was there for is done here
            _end(self.temporary.name, self._groups, self._directories)
        if self._lock is not None:
            os.close(self._lock)


def kill_group(group: int) -> None:
    """Kill every process of a group; one that is gone already is fine."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _write(process: subprocess.Popen[bytes], text: str) -> bool:
    """Write to a reaper; False when it does not take it."""
    assert process.stdin is not None
    data = memoryview(text.encode("ascii"))
    try:
        while data:
            data = data[os.write(process.stdin.fileno(), data) :]
    except (BlockingIOError, BrokenPipeError, ValueError):
        return False
    return True


def _end_process(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.kill()  # before its input ends: it must not do its work while the session lives
    process.stdin.close()
    process.wait()


def _written(path: Path) -> str:
    """A path on one line of ASCII, whatever is in it."""
    return quote(os.fsencode(path.absolute()))


def _read(text: str) -> Path:
    return Path(os.fsdecode(unquote(text, errors="surrogateescape")))


def _list(temporary: Path, directories: Iterable[Path]) -> None:
    """Tell whoever comes after this session what is its own; replaced whole, so never half-written."""
    new = temporary / f"{_OWNED}.new"
    new.write_text("".join(f"={_written(directory)}\n" for directory in directories), encoding="ascii")
    new.replace(temporary / _OWNED)


def _locked(directory: Path, *, wait: bool) -> int | None:
    """Hold a directory for as long as this process lives; None where that cannot be.

    The kernel lets go of it however the process ends, and knows it in every container that shares the directory, where
    a pid would be somebody else's.

    Args:
        wait: for whoever holds it; they only look.

    Raises:
        BlockingIOError: somebody holds it.
    """
    if fcntl is None:
        return None
    held = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(held)
        raise
    except OSError:  # a filesystem without locks
        os.close(held)
        return None
    return held


def _sweep(temporary: Path) -> None:
    """Do for sessions that were killed together with their reaper what neither could do."""
    for directory in temporary.glob(f"{_PREFIX}*"):
        try:
            told = directory.lstat()
            if directory.is_symlink() or not directory.is_dir() or told.st_uid != os.getuid():
                continue
            held = _locked(directory, wait=False)
        except (OSError, AttributeError):  # it is alive, or just gone
            continue
        if held is None:
            continue
        try:
            lines = _complete((directory / _OWNED).read_text(encoding="ascii"))
            _end(directory.name, (), [_read(line[1:]) for line in lines])
        except (OSError, ValueError):  # nothing listed, or not by us
            if time.time() - told.st_mtime > _BEING_MADE_S and not any(directory.iterdir()):
                directory.rmdir()
        finally:
            os.close(held)


def _complete(text: str) -> list[str]:
    """The lines that were written whole: half a path may be that of another directory."""
    return [line.rstrip("\n") for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _end(mark: str, groups: Iterable[int], directories: Iterable[Path]) -> None:
    """Kill what a session has left behind, and remove its directories."""
    for group in groups:
        kill_group(group)
    _kill_marked(mark)
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)


def _kill_marked(mark: str) -> None:
    """Kill what carries a mark until nothing does: a process may fork while it is looked for, and dying takes time."""
    deadline_s = time.monotonic() + _DYING_S
    while (found := _marked(mark)) and time.monotonic() < deadline_s:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(0.002)


def _marked(mark: str) -> list[int]:
    """Live processes that carry a mark; none where the platform does not tell: there groups must do."""
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]  # noqa: PTH208
    except OSError:
        return []
    return [pid for pid in pids if mark in _marks(pid)]


def _marks(pid: int) -> list[str]:
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
            return []
    except (OSError, IndexError):
        return []
    prefix = f"{MARK}=".encode()
    value = next((variable for variable in variables if variable.startswith(prefix)), b"")
    return os.fsdecode(value[len(prefix) :]).split("/")


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    directories: list[Path] = []
    for line in sys.stdin:
        if not line.endswith("\n"):  # the session was killed while it wrote
            break
        if line[0] == "=":
            directories.append(_read(line[1:-1]))
        else:
            (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    _end(sys.argv[1], groups, directories)


if __name__ == "__main__":
    main()
