from __future__ import annotations

from tests.support.findings import Make, ids, only, turns
from tests.support.synthetic import run, trial


def test_one_worker_that_does_all_ops_is_invalid_and_uneven_threads_are_a_warning() -> None:
    def fairness(value: float) -> Make:
        return only("asyncio", lambda r, b: trial(r, b, workers=8, turns=turns(workers=8, fairness=value)))

    assert ids(run(fairness(0.125))) == {"starved-workers": "invalid"}
    assert ids(run(fairness(0.5))) == {"starved-workers": "warning"}
    assert ids(run(fairness(0.95))) == {}
