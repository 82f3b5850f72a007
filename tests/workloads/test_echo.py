"""Every client of the echo workload is answered alike by every server, and the server counts what they do."""

from __future__ import annotations

import base64
import itertools
import os
import pickle
import socket
from pathlib import Path

import pytest

from bench.machine import tree
from bench.measure import fixture
from bench.process.reaper import Reaper
from tests.support.command import bench
from tests.support.waiting import until
from tests.support.workloads import spec_of

SERVERS = ("asyncio", "threads", "fork")
SIZE = 100_000
"""More than a server reads at once."""


def asked(address: tuple[str, int], times: int) -> list[bytes]:
    """What comes back over one connection."""
    answers = []
    with socket.create_connection(address) as wire:
        for number in range(times):
            message = bytes([number]) * SIZE
            wire.sendall(message)
            answer = b""
            while len(answer) < SIZE:
                answer += wire.recv(SIZE)
            answers.append(answer)
    return answers


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_sends_back_what_comes_and_counts_messages_and_connections(
    server: str, reaper: Reaper, tmp_path: Path
) -> None:
    with fixture.running(spec_of("echo", message_bytes=SIZE, server=server), tmp_path, reaper, 20.0) as served:
        address = pickle.loads(base64.b64decode(served.value))
        for _ in range(2):
            assert asked(address, 3) == [bytes([number]) * SIZE for number in range(3)]
        seen: dict[str, int] = {"requests": 0, "connections": 0}

        def all_counted() -> bool:
            for name, count in served.counters().items():
                seen[name] += count
            return seen["requests"] >= 6

        assert until(all_counted)
        assert seen == {"requests": 6, "connections": 2}
        family = tree.of(served.pids()[0])

    assert until(lambda: not [pid for pid in family if os.path.exists(f"/proc/{pid}")])  # noqa: PTH110 - pids


def test_every_style_meets_every_server(tmp_path: Path) -> None:
    styles = ",".join(("protocol", "streams", "sock"))
    done = bench(
        "run", "echo", "--set", f"echo.style={styles}", "--set", f"echo.server={','.join(SERVERS)}", "-c", "2",
        "-r", "threads,asyncio", "--blocks", "1", "--budget", "2s", "--json", "-o", tmp_path,
    )  # fmt: skip

    assert done.code == 0, done.err
    cases = done.json()["cases"]
    assert {case["status"] for case in cases} == {"measured"}
    assert {case["errors"] for case in cases} == {0}
    assert len(cases) == 2 * len(list(itertools.product(styles.split(","), SERVERS)))
