"""When ``work-not-done`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.findings import Make, ids, the, turns
from tests.support.synthetic import run, trial


def counting(per_op: float, name: str = "requests", before: int = 1, **changes: Any) -> Make:
    made = turns(counters={name: round(100 * per_op)} if per_op else {}, **changes)
    return lambda r, b: trial(r, b, turns=made, counters={name: before + round(800 * per_op)})


def test_forms_that_both_answer_from_a_cache_agree_and_are_caught_all_the_same() -> None:
    stored = run(counting(0.0))

    assert ids(stored) == {"work-not-done": "invalid"}
    assert "counted 0 requests for 4,800 ops" in the(stored, "work-not-done").evidence
    assert len(the(stored, "work-not-done").cases) == 3


@pytest.mark.parametrize(("per_op", "severity"), [(0.3, "invalid"), (0.9, "warning"), (1.0, None), (3.0, None)])
def test_requests_are_held_against_the_ops(per_op: float, severity: str | None) -> None:
    assert ids(run(counting(per_op))).get("work-not-done") == severity


def test_an_op_that_failed_need_not_have_asked() -> None:
    stored = run(lambda r, b: trial(r, b, turns=turns(errors=10, counters={"requests": 90}), messages={"E: no": 80}))

    assert ids(stored) == {"errors": "invalid"}


def test_a_counter_of_another_name_need_not_count_every_op_but_must_have_seen_some() -> None:
    assert ids(run(counting(0.02, "batches"))) == {}
    assert ids(run(counting(0.0, "batches"))) == {"work-not-done": "warning"}
    assert ids(run(counting(0.0, "batches", server_cpu_s=1e-6))) == {"work-not-done": "invalid"}
    assert "hands over" in the(run(counting(0.0, "batches")), "work-not-done").remedy


def test_a_counter_of_what_is_rare_says_nothing_of_a_server_that_worked() -> None:
    assert ids(run(counting(0.0, "retries", server_cpu_s=100 * 20e-6))) == {}


def test_reconnects_and_extremes_are_no_work_and_a_fixture_that_counts_nothing_is_not_asked() -> None:
    kept = run(lambda r, b: trial(r, b, turns=turns(counters={"connections": 0, "in_flight_max": 1})))

    assert ids(kept) == {}
    assert ids(run()) == {}
