"""A process of ours that does one thing and ends. However it or we end, all that it started ends with it."""

from __future__ import annotations

import os
import subprocess
import tempfile

from bench.process import interrupts
from bench.process.reaper import Reaper, kill_group


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a session of its own, so that Ctrl-C reaches us alone and we decide.

    Raises:
        KeyboardInterrupt: a signal came while we waited for it.
    """
    with Reaper() as reaper, tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True, env={**os.environ, **reaper.environment},
        )  # fmt: skip
        reaper.watch(process.pid)
        try:
            with interrupts.admitted():
                process.wait()
        finally:
            kill_group(process.pid)
            process.wait()
            reaper.forget(process.pid)
        said = [stream.read() for stream in (out, err) if not stream.seek(0)]
    return subprocess.CompletedProcess(command, process.returncode, *said)
