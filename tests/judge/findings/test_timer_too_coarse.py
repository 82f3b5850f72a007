from __future__ import annotations

from bench.model import StoredRun
from tests.support.findings import ids, turns
from tests.support.synthetic import run, spec, trial


def test_a_sleep_of_less_than_5_ms_or_a_fraction_is_too_coarse_for_event_loops_only() -> None:
    def of(least_s: float, runners: tuple[str, ...], early: int = 0) -> StoredRun:
        return run(
            lambda r, b: trial(r, b, turns=turns(early=early)), runners=runners, workload=spec(least_latency_s=least_s)
        )

    assert ids(of(0.0004, ("sync", "asyncio"))) == {"timer-too-coarse": "invalid"}
    assert ids(of(0.0055, ("sync", "asyncio"))) == {"timer-too-coarse": "warning"}
    assert ids(of(0.0004, ("sync", "threads"))) == {}
    assert ids(of(0.01, ("sync", "asyncio"))) == {}
    assert ids(of(0.01, ("sync", "asyncio"), early=5)) == {"timer-too-coarse": "warning"}
    assert ids(of(0.01, ("sync", "asyncio"), early=80)) == {"timer-too-coarse": "invalid"}
