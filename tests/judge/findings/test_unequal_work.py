"""When ``unequal-work`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from typing import Any

import pytest

from bench.model import StoredRun
from tests.support.findings import Make, ids, only, summary, the, turns
from tests.support.synthetic import WINDOW_S, run, trial


@pytest.mark.parametrize(("name", "per_op"), [("requests", 2.0), ("bytes", 0.5), ("connections", 1.0)])
def test_a_runner_that_does_other_work_per_op_than_the_rest_makes_the_contest_void(name: str, per_op: float) -> None:
    def counted(share: float) -> Make:
        return lambda r, b: trial(r, b, turns=turns(counters={name: round(100 * share)}))

    unequal = run(lambda r, b: counted(per_op if r == "asyncio" else (0.0 if name == "connections" else 1.0))(r, b))
    equal = run(counted(1.0))

    assert ids(unequal) == {"unequal-work": "invalid"}
    assert {p.verdict for p in summary(unequal).comparisons} == {None}
    assert ids(equal) == {}


def asked(per_op: dict[str, float], **changes: Any) -> StoredRun:
    loop = {"loop": "asyncio.Loop", "gil": True}
    return run(
        lambda r, b: trial(
            r, b, turns=turns(counters={"requests": round(100 * per_op[r])}, **changes), messages={},
            facts=loop if r in ("asyncio", "uvloop") else {"gil": True},
        ),
        runners=tuple(per_op),
    )  # fmt: skip


def test_forms_are_told_to_agree_where_forms_differ_and_runners_where_those_of_one_form_do() -> None:
    forms = the(asked({"sync": 1, "threads": 1, "asyncio": 2}), "unequal-work").remedy
    runners = the(asked({"sync": 1, "threads": 2, "asyncio": 1}), "unequal-work").remedy

    assert forms == "make as many requests per op in both forms"
    assert "runners of one form differ" in runners


def test_a_runner_whose_ops_fail_is_told_to_mend_them_first() -> None:
    failing = asked({"sync": 1, "asyncio": 1.5}, errors=5)

    assert "mend the failing ops of sync, asyncio first" in the(failing, "unequal-work").remedy


def test_what_happens_to_one_op_in_ten_thousand_is_chance() -> None:
    retried = only(
        "threads", lambda r, b: trial(r, b, turns=turns(rate=1e5, counters={"retries": 1}, server_cpu_s=0.2 * WINDOW_S))
    )

    assert ids(run(retried)) == {}
