"""No process outlives the session, however it ends.

A small process of its own session holds the read end of a pipe. The session writes the process groups it starts and
ends; when the pipe closes, by a clean exit, Ctrl-C or ``kill -9``, every group still on the list is killed. Process
groups and not pids, because an op may start children and hang; a pipe and not a signal, because ``kill -9`` runs no
code of ours.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import TracebackType


class Reaper:
    """The session's end of the pipe."""

    def __enter__(self) -> Reaper:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True
        )
        return self

    def watch(self, group: int) -> None:
        """Kill this process group when the session is gone."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """This group has ended; its number may be used again by others."""
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(line.encode())
            pipe.flush()
        except BrokenPipeError:  # somebody killed the reaper; the run can do without
            pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


def kill_group(group: int) -> None:
    """Kill every process of a group; one that is gone already is fine."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups:
        kill_group(group)


if __name__ == "__main__":
    main()
