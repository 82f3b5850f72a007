"""The raw client against wrk, the field's yardstick, on the same server, in turns."""

from __future__ import annotations

import base64
import pickle
import re
import shutil
import statistics
import subprocess
from pathlib import Path

import pytest

from bench.measure import fixture
from bench.measure.tally import tally
from bench.process.launch import executed
from bench.process.reaper import Reaper
from bench.trial.turn import TIMED, Turn
from tests.support.contestants import PATIENCE_S, loaded
from tests.support.workloads import spec_of

C = 64
PAIRS = 5
TURN_S = 0.5
LEAST = 0.45


@pytest.mark.timeout(180)
def test_raw_on_uvloop_asks_nearly_half_as_fast_as_wrk(reaper: Reaper, tmp_path: Path) -> None:
    """The rest is Python's: a protocol's callbacks and a future per answer cost what wrk's C does not.

    wrk counts whole seconds only, so its turns are longer than ours; both count what one thread can ask.
    """
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed: apt-get install wrk")
    spec = spec_of("http", client="raw", delay_ms=0)
    ratios, ours, theirs = [], [], []
    with fixture.running(spec, tmp_path, reaper, PATIENCE_S) as server:
        host, port, _ = pickle.loads(base64.b64decode(server.value))
        launch = executed("bench.trial", reaper.environment)
        with loaded("uvloop", spec, launch, reaper, server) as live:
            live.open(C)
            for _ in range(PAIRS):
                reads = live.turn(Turn(TIMED, 50_000_000, int(TURN_S * 1e9), 0))
                ours.append(tally(reads.workers, reads.open_ns, reads.close_ns).ops / TURN_S)
                theirs.append(_wrk(f"http://{host}:{port}/"))
                ratios.append(ours[-1] / theirs[-1])

    told = f"raw on uvloop {statistics.median(ours):,.0f}/s, wrk {statistics.median(theirs):,.0f}/s"
    print(f"{told}: {statistics.median(ratios):.2f} of it ({min(ratios):.2f} to {max(ratios):.2f})")
    assert statistics.median(ratios) >= LEAST, told


def _wrk(url: str) -> float:
    done = subprocess.run(["wrk", "-t1", f"-c{C}", "-d1s", url], capture_output=True, text=True, check=True)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])
