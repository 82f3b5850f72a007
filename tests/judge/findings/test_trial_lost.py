from __future__ import annotations

from bench.model import TrialResult
from tests.support.findings import ids, only, summary
from tests.support.synthetic import run, trial


def test_a_trial_lost_in_one_block_is_said_and_the_rest_stands() -> None:
    def lost_once(r: str, b: int) -> TrialResult:
        return trial(r, b, status="failed", reason="killed by SIGKILL", turns=()) if b == 2 else trial(r, b)

    stored = run(only("threads", lost_once), blocks=7)
    case = next(case for case in summary(stored).cases if case.runner == "threads")

    assert ids(stored) == {"trial-lost": "warning"}
    assert (case.status, case.blocks) == ("measured", 6)
