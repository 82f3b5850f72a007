from __future__ import annotations

from tests.support.findings import Make, ids, only, turns
from tests.support.synthetic import WINDOW_S, run, trial


def test_a_server_that_never_saw_c_requests_in_flight_shows_a_hidden_limit() -> None:
    def make(most: int) -> Make:
        return lambda r, b: trial(r, b, workers=8, counters={"in_flight_max": most})

    assert ids(run(make(6), concurrency=8)) == {"concurrency-not-reached": "invalid"}
    assert ids(run(make(8), concurrency=8)) == {}


def test_a_runner_with_half_its_workers_breaks_littles_law() -> None:
    half = only("threads", lambda r, b: trial(r, b, workers=8, turns=turns(workers=8, op_time_s=WINDOW_S * 4)))
    slack = only("threads", lambda r, b: trial(r, b, workers=8, turns=turns(workers=8, op_time_s=WINDOW_S * 7.8)))

    assert ids(run(half)) == {"concurrency-not-reached": "invalid"}
    assert ids(run(slack)) == {}
