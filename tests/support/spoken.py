"""A process at the other end of a channel that says whatever a test wants."""

from __future__ import annotations

import subprocess
import sys

from bench.process.launch import Launch
from tests.support.command import environment

HEAD = """
import json, os, signal, sys, time
from bench.trial.channel import answer, take_standard_streams
channel = take_standard_streams()
def raw(header, payload=b"", sizes=None):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    sizes = sizes or (len(header), len(payload))
    data = b"".join(size.to_bytes(8, "little") for size in sizes) + header + payload
    os.write(channel._write_fd, data)
order = channel.receive()[0]
"""
"""A child that has been given its first order, and a way to say anything."""


def running(code: str) -> Launch:
    def launch(stdin: int, stdout: int, stderr: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", HEAD + code], stdin=stdin, stdout=stdout, stderr=stderr,
            start_new_session=True, env=environment(),
        )  # fmt: skip

    return launch
