"""When ``errors`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from dataclasses import replace

from bench.model import StoredRun
from bench.trial.recorder import WRONG_RESULT
from tests.support.findings import ids, only, summary, the, turns
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


def test_errors_are_those_in_windows_and_others_are_told_without_a_number() -> None:
    stored = run(only("threads", lambda r, b: trial(r, b, messages={"ValueError: while warming up": 40})))

    result = summary(stored)

    assert ids(stored) == {"errors": "warning"}
    assert {case.errors for case in result.cases} == {0}
    assert result.findings[0].evidence.endswith("(warm-up, ramp or drain): ValueError: while warming up")


def failing(error: str, of_hundred: dict[int, int]) -> StoredRun:
    """Errors per turn of 100 ops, by concurrency."""

    def at(c: int, errors: int) -> StoredRun:
        made = turns(workers=c, errors=errors)
        return run(
            lambda r, b: trial(r, b, workers=c, turns=made, messages={error: errors} if errors else {}),
            runners=("threads",),
            concurrency=c,
        )

    runs = [at(c, errors) for c, errors in of_hundred.items()]
    contests = tuple(contest for stored in runs for contest in stored.plan.contests)
    return replace(
        runs[0],
        plan=replace(runs[0].plan, contests=contests),
        trials=tuple(t for stored in runs for t in stored.trials),
    )


def test_concurrency_is_blamed_only_where_fewer_fail_at_a_lower_one() -> None:
    assert "lower the concurrency" in the(failing("OSError: no", {1: 0, 8: 20}), "errors").remedy
    assert "lower the concurrency" not in the(failing("OSError: no", {1: 20, 8: 20}), "errors").remedy
    assert "lower the concurrency" not in the(failing("OSError: no", {8: 20}), "errors").remedy


def test_a_result_that_the_check_refuses_is_the_ops_or_the_checks() -> None:
    assert "the op or the check" in the(failing(WRONG_RESULT, {8: 20}), "errors").remedy
