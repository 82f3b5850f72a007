"""When ``throttled`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from bench.model import StoredRun
from tests.support.findings import ids, the, verdicts
from tests.support.synthetic import QUIET, run, trial


def held_back(throttled_s: float, threads_rate: float = 1000.0, **environment: float) -> StoredRun:
    noise = QUIET | {"throttled_s": throttled_s, "wall_s": 1.0}
    return run(
        lambda r, b: trial(r, b, rate=threads_rate if r == "threads" else 1000.0, noise=noise), environment=environment
    )


def test_a_quota_that_holds_the_run_back_is_named_and_withholds_what_it_can_have_made() -> None:
    assert ids(held_back(0.005)) == {}
    assert ids(held_back(0.05)) == {"throttled": "warning"}
    assert ids(held_back(0.3)) == {"throttled": "invalid"}
    assert verdicts(held_back(0.3, threads_rate=100.0))["threads", "sync"] == "slower"
    assert verdicts(held_back(0.3, threads_rate=100.0))["asyncio", "sync"] is None


def test_a_quota_is_given_in_figures_where_it_is_known() -> None:
    assert "a quota of 1.5 CPUs" in the(held_back(0.05, cpu_limit=1.5), "throttled").evidence
    assert "the CPU quota of a control group" in the(held_back(0.05), "throttled").evidence


def test_nothing_is_said_where_it_was_not_read() -> None:
    assert ids(run()) == {}
