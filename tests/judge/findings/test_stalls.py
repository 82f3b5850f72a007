"""When ``stalls`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from bench.model import TrialResult
from tests.support.findings import ids, only, the
from tests.support.synthetic import run, trial, turn


def test_a_runner_that_stands_still_now_and_then_stalls() -> None:
    def stalling(r: str, b: int) -> TrialResult:
        return trial(r, b, turns=[turn(n, rate=1.0 if n == 0 else 1000.0) for n in range(10)])

    found = ids(run(only("threads", stalling)))

    assert found.get("stalls") == "warning"


def test_what_happens_to_every_runner_is_said_of_what_they_share() -> None:
    def stalling(r: str, b: int) -> TrialResult:
        return trial(r, b, turns=[turn(n, rate=1.0 if n == 0 else 1000.0) for n in range(10)])

    assert "what they share" in the(run(stalling), "stalls").remedy
    assert "what they share" not in the(run(only("threads", stalling)), "stalls").remedy
