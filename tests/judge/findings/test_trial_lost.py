"""When ``trial-lost`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from dataclasses import replace

from bench.model import TrialResult
from tests.support.findings import ids, only, summary, the
from tests.support.synthetic import run, trial


def test_a_trial_lost_in_one_block_is_said_and_the_rest_stands() -> None:
    def lost_once(r: str, b: int) -> TrialResult:
        return trial(r, b, status="failed", reason="killed by SIGKILL", turns=()) if b == 2 else trial(r, b)

    stored = run(only("threads", lost_once), blocks=7)
    case = next(case for case in summary(stored).cases if case.runner == "threads")

    assert ids(stored) == {"trial-lost": "warning"}
    assert (case.status, case.blocks) == ("measured", 6)


def test_blocks_that_were_never_measured_are_not_lost_ones() -> None:
    def lost_once(r: str, b: int) -> TrialResult:
        return trial(r, b, status="failed", reason="killed by SIGKILL", turns=()) if b == 2 else trial(r, b)

    stopped = run(only("threads", lost_once), blocks=4)
    stopped = replace(stopped, plan=replace(stopped.plan, settings=replace(stopped.plan.settings, blocks=12)))

    assert "lost in 1 of 4 blocks" in the(stopped, "trial-lost").evidence


def test_a_longer_timeout_is_advised_to_who_did_not_answer() -> None:
    def lost(reason: str) -> str:
        once = only("threads", lambda r, b: trial(r, b, status="failed", reason=reason, turns=()) if b else trial(r, b))
        return the(run(once), "trial-lost").remedy

    assert "--timeout" in lost("no answer within 20 s")
    assert "--timeout" not in lost("killed by SIGKILL")
