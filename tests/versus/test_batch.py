"""A batch of ours against the script that people write with the same client, in turns, on the same server."""

from __future__ import annotations

import base64
import pickle
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.measure import fixture
from bench.process.launch import executed
from bench.process.reaper import Reaper
from bench.trial.turn import TIMED, Turn
from tests.support.contestants import PATIENCE_S, loaded
from tests.support.workloads import spec_of

C = 16
OPS = 200
PAIRS = 15
SCRIPT = Path(__file__).with_name("by_hand.py")
AGREED = 1.05
RANKS = (3, 11)  # of 15 ratios, in order, counted from 0: between them lies the median in 96 of 100 cases


@contextmanager
def by_hand(runner: str, url: str) -> Iterator[Callable[[], float]]:
    """Ask the script for a batch; its seconds."""
    with subprocess.Popen(
        [sys.executable, SCRIPT, runner, url, str(OPS), str(C)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as script:  # fmt: skip
        assert script.stdin is not None
        assert script.stdout is not None
        wish, answers = script.stdin, script.stdout

        def batch() -> float:
            wish.write("\n")
            wish.flush()
            seconds, length = answers.readline().split()
            assert int(length) == OPS * 1024
            return float(seconds)

        try:
            yield batch
        finally:
            script.kill()


@pytest.mark.parametrize("runner", ["threads", "asyncio"])
def test_a_batch_takes_as_long_as_the_script_that_does_the_same(runner: str, reaper: Reaper, tmp_path: Path) -> None:
    spec = spec_of("http", delay_ms=20)
    with fixture.running(spec, tmp_path, reaper, PATIENCE_S) as server:
        host, port, _ = pickle.loads(base64.b64decode(server.value))
        launch = executed("bench.trial", reaper.environment)
        with loaded(runner, spec, launch, reaper, server) as live, by_hand(runner, f"http://{host}:{port}/") as script:
            live.open(C)

            def batch() -> float:
                reads = live.turn(Turn(TIMED, 0, 0, 0, load="batch", ops=OPS))
                return (reads.close_ns - reads.open_ns) / 1e9

            script(), batch()  # pools fill, code warms up
            ratios = sorted(batch() / script() for _ in range(PAIRS))

    low, high = (ratios[rank] for rank in RANKS)
    print(f"{runner}: {statistics.median(ratios):.3f} of the script's time [{low:.3f}, {high:.3f}]")
    assert low <= AGREED, "slower than the script, on all evidence"
    assert high >= 1 / AGREED, "faster than the script, on all evidence"
