"""When ``concurrency-exceeded`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

import pytest

from tests.support.findings import Make, ids, the, turns
from tests.support.synthetic import run, trial


def seen(in_flight: int, workers: int = 1, requests_per_op: int = 1) -> Make:
    counted = {"in_flight_max": in_flight, "requests": 100 * workers * requests_per_op}
    made = turns(workers=workers, rate=1000.0 * workers, counters=counted)
    return lambda r, b: trial(r, b, workers=workers, turns=made, counters={"in_flight_max": in_flight})


@pytest.mark.parametrize(
    ("in_flight", "workers", "severity"), [(4, 1, "invalid"), (12, 8, "invalid"), (2, 1, "warning"), (9, 8, "warning")]
)
def test_a_private_pool_or_a_fetch_ahead_is_invalid_and_a_server_that_counts_late_is_told(
    in_flight: int, workers: int, severity: str
) -> None:
    assert ids(run(seen(in_flight, workers), concurrency=workers)) == {"concurrency-exceeded": severity}
    assert ids(run(seen(workers, workers), concurrency=workers)) == {}


def test_one_turn_in_which_a_call_was_given_up_is_nothing() -> None:
    once = [*turns(7, counters={"in_flight_max": 1, "requests": 100}), *turns(1, counters={"in_flight_max": 5})]

    assert "concurrency-exceeded" not in ids(run(lambda r, b: trial(r, b, turns=once)))


def test_an_op_of_four_requests_may_have_them_at_once_if_it_has_under_every_runner() -> None:
    alike = run(seen(4, requests_per_op=4))
    unlike = run(lambda r, b: seen(4 if r == "asyncio" else 1, requests_per_op=4)(r, b))

    assert ids(alike) == {"concurrency-exceeded": "warning"}
    assert "read C as that many times C" in the(alike, "concurrency-exceeded").remedy
    assert ids(unlike) == {"concurrency-exceeded": "invalid"}
