"""When ``timer-too-coarse`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

import numpy as np

from bench import histogram
from bench.model import StoredRun
from tests.support.findings import ids, the, turns
from tests.support.synthetic import run, spec, trial


def of(least_s: float, runners: tuple[str, ...], early: int = 0, took_s: float | None = None) -> StoredRun:
    latency = histogram.count(np.full(1000, int((took_s or least_s) * 1e9)))
    return run(
        lambda r, b: trial(r, b, turns=turns(early=early), latency=latency),
        runners=runners,
        workload=spec(least_latency_s=least_s),
    )


def test_a_sleep_of_less_than_5_ms_or_a_fraction_is_too_coarse_for_event_loops_only() -> None:
    assert ids(of(0.0004, ("sync", "asyncio"))) == {"timer-too-coarse": "invalid"}
    assert ids(of(0.0055, ("sync", "asyncio"))) == {"timer-too-coarse": "warning"}
    assert ids(of(0.0004, ("sync", "threads"))) == {}
    assert ids(of(0.01, ("sync", "asyncio"))) == {}
    assert ids(of(0.01, ("sync", "asyncio"), early=5)) == {"timer-too-coarse": "warning"}
    assert ids(of(0.01, ("sync", "asyncio"), early=80)) == {"timer-too-coarse": "invalid"}


def test_whole_milliseconds_are_advised_only_to_who_does_not_have_them() -> None:
    fraction = the(of(0.0055, ("asyncio",)), "timer-too-coarse")
    whole = the(of(0.01, ("asyncio",), early=5, took_s=0.0095), "timer-too-coarse")

    assert "wait whole ms" in fraction.remedy
    assert "wait whole ms" not in whole.remedy
    assert "up to 1 ms early" in whole.remedy


def test_an_op_that_ends_far_too_early_or_without_a_loop_is_not_the_timers_fault() -> None:
    short = the(of(0.01, ("asyncio",), early=5, took_s=0.004), "timer-too-coarse")
    blocking = the(of(0.01, ("threads",), early=5, took_s=0.0095), "timer-too-coarse")

    assert "does not wait as" in short.remedy
    assert "does not wait as" in blocking.remedy
