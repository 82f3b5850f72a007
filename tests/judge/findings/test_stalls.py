from __future__ import annotations

from bench.model import TrialResult
from tests.support.findings import ids, only
from tests.support.synthetic import run, trial, turn


def test_a_runner_that_stands_still_now_and_then_stalls() -> None:
    def stalling(r: str, b: int) -> TrialResult:
        return trial(r, b, turns=[turn(n, rate=1.0 if n == 0 else 1000.0) for n in range(10)])

    found = ids(run(only("threads", stalling)))

    assert found.get("stalls") == "warning"
