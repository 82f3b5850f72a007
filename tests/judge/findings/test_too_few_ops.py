"""When ``too-few-ops`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from tests.support.findings import ids, only, summary
from tests.support.synthetic import run, trial, turn


def test_too_few_ops_are_named() -> None:
    few = only("sync", lambda r, b: trial(r, b, turns=[turn(0, rate=40.0)]))

    assert ids(run(few)) == {"too-few-ops": "warning"}
    assert "--budget" in summary(run(few)).findings[0].remedy
