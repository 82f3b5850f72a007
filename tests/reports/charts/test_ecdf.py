"""Curves on an axis that has no 0."""

from __future__ import annotations

from reports.charts import ecdf


def test_an_op_within_one_tick_of_the_clock_has_its_place_on_a_log_axis() -> None:
    seconds = [value for value, _ in ecdf.steps({0: 3, 900: 1})]

    assert len(seconds) == 2
    assert 0 < seconds[0] < 1e-9
