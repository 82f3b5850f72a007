"""A process of ours that does one thing and ends. However it or we end, all that it started ends with it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence

from bench.process import interrupts
from bench.process.reaper import Reaper, kill_group


def run(
    command: Sequence[str], heard: Callable[[str], None], environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run a command to its end, in a session of its own, so that Ctrl-C reaches us alone and we decide.

    Args:
        heard: is given every line that it says on stderr, as soon as it is said.
        environment: what is different in its environment.

    Returns:
        Its exit code and what it printed.

    Raises:
        KeyboardInterrupt: a signal came while we waited for it.
    """
    with Reaper() as reaper, tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogateescape") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, start_new_session=True,
            env={**os.environ, **reaper.environment, **(environment or {})},
            encoding="utf-8", errors="surrogateescape",
        )  # fmt: skip
        reaper.watch(process.pid)
        assert process.stderr is not None
        try:
            with interrupts.admitted():
                for line in process.stderr:
                    heard(line)
                process.wait()
        finally:
            kill_group(process.pid)
            process.stderr.close()
            process.wait()
            reaper.forget(process.pid)
        out.seek(0)
        return process.returncode, out.read()
