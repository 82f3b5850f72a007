from __future__ import annotations

import pytest

from tests.support.findings import Make, ids, summary, turns
from tests.support.synthetic import run, trial


@pytest.mark.parametrize(("name", "per_op"), [("requests", 2.0), ("bytes", 0.5), ("connections", 1.0)])
def test_a_runner_that_does_other_work_per_op_than_the_rest_makes_the_contest_void(name: str, per_op: float) -> None:
    def counted(share: float) -> Make:
        return lambda r, b: trial(r, b, turns=turns(counters={name: round(100 * share)}))

    unequal = run(lambda r, b: counted(per_op if r == "asyncio" else (0.0 if name == "connections" else 1.0))(r, b))
    equal = run(counted(1.0))

    assert ids(unequal) == {"unequal-work": "invalid"}
    assert {p.verdict for p in summary(unequal).comparisons} == {None}
    assert ids(equal) == {}
