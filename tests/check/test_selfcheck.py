"""The parts of the certificate that a platform decides; the whole of it is `make selfcheck`."""

from __future__ import annotations

import sys

import pytest

from bench.check.selfcheck import cost
from bench.check.selfcheck.check import Experimenter
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
