"""When ``concurrency-not-reached`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from typing import Any

from tests.support.findings import Make, ids, only, the, turns
from tests.support.synthetic import WINDOW_S, run, trial


def test_a_server_that_never_saw_c_requests_in_flight_shows_a_hidden_limit() -> None:
    def make(most: int) -> Make:
        return lambda r, b: trial(r, b, workers=8, counters={"in_flight_max": most})

    assert ids(run(make(6), concurrency=8)) == {"concurrency-not-reached": "invalid"}
    assert ids(run(make(8), concurrency=8)) == {}


def test_a_server_that_answers_at_once_may_never_see_all_of_them_and_only_a_muster_can_tell() -> None:
    def make(*, mustered: bool) -> Make:
        return lambda r, b: trial(r, b, workers=8, counters={"in_flight_max": 1}, facts={"mustered": mustered})

    assert ids(run(make(mustered=True), concurrency=8)) == {"concurrency-not-reached": "invalid"}
    assert ids(run(make(mustered=False), concurrency=8)) == {"concurrency-not-reached": "warning"}
    assert "muster" in the(run(make(mustered=False), concurrency=8), "concurrency-not-reached").remedy


def idle(share: float, **changes: Any) -> Make:
    made = turns(workers=8, rate=8000.0, op_time_s=WINDOW_S * 8 * share, **changes)
    return only("threads", lambda r, b: trial(r, b, workers=8, turns=made))


def test_a_runner_with_half_its_workers_breaks_littles_law() -> None:
    assert ids(run(idle(0.5))) == {"concurrency-not-reached": "invalid"}
    assert ids(run(idle(0.975))) == {}


def test_why_workers_were_idle_is_told_from_what_was_seen() -> None:
    late = the(run(idle(0.5, late_workers=2)), "concurrency-not-reached")
    starved = the(run(idle(0.5, fairness=0.5)), "concurrency-not-reached")
    neither = the(run(idle(0.5)), "concurrency-not-reached")

    assert "in 48 of 48 turns" in late.remedy
    assert "starved-workers" in starved.remedy
    assert "starved-workers" not in neither.remedy
