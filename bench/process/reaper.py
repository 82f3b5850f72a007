"""Nothing outlives the session, however it ends: no process, no temporary file.

A small process of its own session holds the read end of a pipe. The session writes the process groups it starts and
ends, and the directories that are its own; when the pipe closes, by a clean exit, Ctrl-C or ``kill -9``, every group
still on the list is killed, then whatever carries the session's mark, and the directories are removed. Process groups
and not pids, because an op may start children and hang; a mark in the environment, because a child may leave its group;
a pipe and not a signal, because ``kill -9`` runs no code of ours. Where this process was killed as well, the next
session finds the directory and does the same.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, unquote

MARK = "DEADHEAT_SESSION"
"""Environment variable of every process that a session starts, inherited by theirs."""

_PREFIX = "deadheat-"
_OWNER = "owner"
_PATIENCE_S = 10.0


class Reaper:
    """The session's end of the pipe.

    environment: of every process of the session; their temporary files come into a directory that is removed.
    """

    def __enter__(self) -> Reaper:
        _sweep(Path(tempfile.gettempdir()))
        self.temporary = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.environment = {MARK: self.temporary.name, "TMPDIR": str(self.temporary)}
        self._directories = [self.temporary]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, self.temporary.name], stdin=subprocess.PIPE, start_new_session=True
        )
        self._own(self.temporary)
        return self

    def watch(self, group: int) -> None:
        """Kill this process group when the session is gone."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """This group has ended; its number may be used again by others."""
        self._tell(f"-{group}\n")

    def clean(self, directory: Path) -> None:
        """Remove this directory when the session is gone."""
        self._directories.append(directory)
        self._own(directory)

    def _own(self, directory: Path) -> None:
        """Tell the process, and whoever comes after it."""
        self._tell(f"={_written(directory)}\n")
        lines = [str(os.getpid()), _started(os.getpid()), *map(_written, self._directories)]
        (self.temporary / _OWNER).write_text("\n".join(lines), encoding="ascii")

    def _tell(self, line: str) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(line.encode())
            pipe.flush()
        except (BrokenPipeError, ValueError):  # somebody killed the reaper; the run can do without
            pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._process.communicate(timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.returncode:  # it was killed: what it was there for is done here
            _end(self.temporary.name, self._directories)


def kill_group(group: int) -> None:
    """Kill every process of a group; one that is gone already is fine."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _written(path: Path) -> str:
    """A path on one line of ASCII, whatever is in it."""
    return quote(os.fsencode(path.absolute()))


def _read(text: str) -> Path:
    return Path(os.fsdecode(unquote(text, errors="surrogateescape")))


def _started(pid: int) -> str:
    """When a process began, in the kernel's ticks: a pid alone may be somebody else's by now. Empty when not told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _alive(pid: int, started: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    return _started(pid) == started


def _end(mark: str, directories: list[Path]) -> None:
    """Kill what carries a session's mark, and remove its directories."""
    needle = f"{MARK}={mark}".encode()
    for _ in range(5):  # a process may fork while it is looked for
        found = [pid for pid in _pids() if needle in _environment(pid)]
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        if not found:
            break
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)


def _pids() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]  # noqa: PTH208
    except OSError:  # no such place on this platform: groups must do
        return []


def _environment(pid: int) -> bytes:
    try:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return b""
        return Path(f"/proc/{pid}/environ").read_bytes()
    except (OSError, IndexError):
        return b""


def _sweep(temporary: Path) -> None:
    """Do for sessions that were killed together with their reaper what neither could do."""
    for directory in temporary.glob(f"{_PREFIX}*"):
        try:
            if directory.stat().st_uid != os.getuid() or not directory.is_dir():
                continue
            pid, started, *directories = (directory / _OWNER).read_text(encoding="ascii").splitlines()
            alive = _alive(int(pid), started)
        except (OSError, ValueError, AttributeError):
            continue  # not ours, or being made this very moment
        if not alive:
            _end(directory.name, [_read(one) for one in directories])


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    directories: list[Path] = []
    for line in sys.stdin:
        if line[0] == "=":
            directories.append(_read(line[1:].rstrip("\n")))
        else:
            (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups:
        kill_group(group)
    _end(sys.argv[1], directories)


if __name__ == "__main__":
    main()
