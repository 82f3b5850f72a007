"""The parts of the certificate that a platform decides; the whole of it is `make selfcheck`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from bench.check.selfcheck import cost, hidden
from bench.check.selfcheck.check import Check, Experimenter, interval
from bench.machine import tree

MEMORY_CHECKS = 5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells proportional shares of memory")
def test_memory_of_known_size_is_found_in_processes_launched_as_a_run_launches_them() -> None:
    with Experimenter() as experimenter:
        checks = list(cost.memory(experimenter))

    assert len(checks) == MEMORY_CHECKS
    assert [check for check in checks if check.status != "pass"] == []


def test_a_platform_without_proportional_memory_is_told_that_it_is_not_possible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tree, "LINUX", False)  # as on macOS: USS through psutil
    with Experimenter() as experimenter:
        checks = list(cost.memory(experimenter))

    assert len(checks) == MEMORY_CHECKS
    assert {check.status for check in checks} == {"not possible here"}
    assert all("smaps_rollup" in check.reason for check in checks)


class TestInterval:
    """A check that is passed or failed by a whole interval, with a measurement that is written by hand."""

    @staticmethod
    def judged(*ends: tuple[float, float]) -> tuple[Check, list[float]]:
        asked: list[float] = []

        def measure(budget_s: float) -> tuple[float, float]:
            asked.append(budget_s)
            return ends[min(len(asked), len(ends)) - 1]

        return interval("a truth", "ms", measure, 9.0, 11.0, budget_s=1.0, reason="it is false"), asked

    def test_an_interval_inside_passes_and_one_outside_fails_at_once(self) -> None:
        passed, once = self.judged((9.5, 10.5))
        failed, only = self.judged((11.5, 12.0))

        assert (passed.status, passed.reason, once) == ("pass", "", [1.0])
        assert (failed.status, failed.reason, only) == ("fail", "it is false", [1.0])

    def test_one_that_cannot_tell_is_measured_for_longer_before_it_is_undecided(self) -> None:
        settled, twice = self.judged((8.0, 10.0), (9.5, 10.0))
        unsettled, often = self.judged((8.0, 12.0))

        assert (settled.status, twice) == ("pass", [1.0, 3.0])
        assert (unsettled.status, often) == ("undecided", [1.0, 3.0, 9.0])
        assert "too noisy" in unsettled.reason

    def test_no_interval_at_all_is_undecided(self) -> None:
        assert self.judged((0.0, float("inf")))[0].status == "undecided"


@pytest.mark.skipif(sys.platform != "linux", reason="these truths are those of Linux")
@pytest.mark.parametrize(
    "part",
    [hidden.shared_memory, hidden.late_memory, hidden.parked, hidden.hidden_pool],
    ids=lambda part: part.__name__,
)
def test_a_truth_is_found(part: Callable[[Experimenter], Iterator[Check]]) -> None:
    with Experimenter() as experimenter:
        checks = list(part(experimenter))
    if checks[0].status == "undecided":
        pytest.skip(checks[0].reason)
    assert [(check.status, check.measured) for check in checks if check.status != "pass"] == []
