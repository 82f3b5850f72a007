"""When ``starved-workers`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.findings import Make, ids, only, the, turns
from tests.support.synthetic import WINDOW_S, run, trial

EIGHT: dict[str, Any] = {"workers": 8, "rate": 8000.0}


def uneven(runner: str, fairness: float, cores: float = 0.5, **changes: Any) -> Make:
    busy = turns(**EIGHT, fairness=fairness, cpu_s=WINDOW_S * cores)
    return only(runner, lambda r, b: trial(r, b, workers=8, turns=busy, **changes))


def test_one_task_that_does_all_ops_is_invalid_and_uneven_tasks_are_a_warning() -> None:
    assert ids(run(uneven("asyncio", 0.125))) == {"starved-workers": "invalid"}
    assert "suspend at least once" in the(run(uneven("asyncio", 0.125)), "starved-workers").remedy
    assert ids(run(uneven("asyncio", 0.5))) == {"starved-workers": "warning"}
    assert "suspend less often" in the(run(uneven("asyncio", 0.5)), "starved-workers").remedy
    assert ids(run(uneven("asyncio", 0.95))) == {}


def test_threads_that_compute_keep_the_gil_even_if_one_has_it_all_the_time() -> None:
    found = the(run(uneven("threads", 0.125, cores=1.0)), "starved-workers")

    assert (found.severity, "keep the GIL" in found.remedy) == ("warning", True)


@pytest.mark.parametrize(
    ("facts", "cores", "word"),
    [
        ({"start_method": "forkserver", "gil": True}, 2.0, "8 workers share 2 CPUs"),
        ({"start_method": "forkserver", "gil": True}, 0.2, "wait for one another (a lock"),
        ({"gil": True}, 2.0, "8 workers share 2 CPUs"),
        ({"gil": True}, 0.2, "wait for one another (the GIL, a lock"),
        ({"gil": False}, 1.9, "8 workers share 2 CPUs"),
    ],
)
def test_no_other_worker_is_told_of_a_gil_that_it_does_not_wait_for(
    facts: dict[str, object], cores: float, word: str
) -> None:
    runner = "processes" if "start_method" in facts else "threads"
    stored = run(uneven(runner, 0.5, cores, facts=facts), runners=("sync", runner))
    remedy = the(stored, "starved-workers").remedy

    assert word in remedy
    assert "keep the GIL" not in remedy


def test_processes_of_which_one_does_all_wait_for_something_and_are_not_c_workers() -> None:
    stored = run(uneven("processes", 0.125, 0.2, facts={"start_method": "spawn"}), runners=("sync", "processes"))

    assert ids(stored)["starved-workers"] == "invalid"
