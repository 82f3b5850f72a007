from __future__ import annotations

import pytest

from tests.support.findings import ids, only
from tests.support.synthetic import run, trial, turn


@pytest.mark.parametrize(("factor", "name"), [(1.03, "still-warming"), (0.97, "drifting")])
def test_a_rate_that_turn_order_explains_is_named(factor: float, name: str) -> None:
    moving = only("threads", lambda r, b: trial(r, b, turns=[turn(n, rate=1000 * factor**n) for n in range(8)]))

    assert ids(run(moving)) == {name: "warning"}


def test_a_drift_that_all_contestants_share_is_the_machines_and_not_theirs() -> None:
    assert ids(run(lambda r, b: trial(r, b, turns=[turn(n, rate=1000 * 0.95**n) for n in range(8)]))) == {}
