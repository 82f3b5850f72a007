from __future__ import annotations

from dataclasses import replace

from tests.support.findings import ids, only, summary, turns
from tests.support.synthetic import run, trial


def test_errors_above_a_thousandth_are_invalid_and_withhold_the_verdict() -> None:
    stored = run(only("threads", lambda r, b: trial(r, b, turns=turns(errors=5), messages={"ValueError: no": 40})))

    result = summary(stored)

    assert ids(stored) == {"errors": "invalid"}
    assert "ValueError: no" in result.findings[0].evidence
    assert {p.verdict for p in result.comparisons if "threads" in (p.runner, p.baseline)} == {None}
    assert {p.verdict for p in result.comparisons if "threads" not in (p.runner, p.baseline)} == {"equivalent"}


def test_few_errors_are_a_warning_and_leave_the_verdict() -> None:
    many = turns(rate=1e5)
    many[0] = replace(many[0], errors=1)
    stored = run(lambda r, b: trial(r, b, turns=many, messages={"ValueError: no": 1}))

    assert ids(stored) == {"errors": "warning"}
