"""Workloads made to cheat are caught, each by name, in real runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Done, bench
from tests.support.workloads import STRANGERS

CHEATS = STRANGERS / "cheats.py"
OF_CPU = {"cheats-busyserver"}
"""Caught by the CPU time that is used, of which other programs may leave too little."""


def found(done: Done) -> dict[str, str]:
    """Finding id -> severity."""
    assert done.code == 0, done.err
    return {finding["id"]: finding["severity"] for finding in done.json()["findings"]}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """All cheats in one run, in one block: these findings need no intervals."""
    results = tmp_path_factory.mktemp("results")
    runners = "sync,threads,asyncio"
    return bench(
        "run", CHEATS, "-r", runners, "-c", "4", "--blocks", "1", "--budget", "6s", "--seed", "3",
        "-o", results, "--json", timeout_s=300,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("workload", "finding", "severity", "evidence"),
    [
        ("cheats-unread", "unequal-work", "invalid", "connections per op"),
        ("cheats-twice", "unequal-work", "invalid", "requests per op"),
        ("cheats-smallpool", "concurrency-not-reached", "invalid", "never saw more than 2 of 4"),
        ("cheats-cached", "work-not-done", "invalid", "counted 0 requests"),
        ("cheats-ahead", "concurrency-exceeded", "invalid", "16 requests in flight in a typical turn, from 4 workers"),
        ("cheats-blocks", "event-loop-blocked", "warning", "5 ms ticker"),
        ("cheats-neversuspends", "starved-workers", "invalid", "Jain"),
        ("cheats-busyserver", "server-bound", "warning", "the server used"),
        ("cheats-wrong", "errors", "invalid", "the result is wrong"),
        ("cheats-leaks", "memory-grows", "warning", "bytes per op"),
    ],
)
def test_a_cheat_is_caught_by_name(run: Done, workload: str, finding: str, severity: str, evidence: str) -> None:
    assert run.code == 0, run.err
    matching = [
        f for f in run.json()["findings"] if f["id"] == finding and any(c["workload"] == workload for c in f["cases"])
    ]

    gravest = min((f["severity"] for f in matching), key=["invalid", "warning", "info"].index, default=None)
    if workload in OF_CPU and gravest is None and "noisy-machine" in found(run):
        pytest.skip("beside other programs a server that computes all the time has no whole CPU to show for it")
    assert gravest == severity, run.json()["findings"]  # where tests run beside it, a case may be caught less gravely
    assert evidence in matching[0]["evidence"]


def test_a_sleep_of_a_fraction_of_a_millisecond_is_invalid_on_event_loops(tmp_path: Path) -> None:
    few = ("-c", "1", "--blocks", "1", "--budget", "2s", "-o", tmp_path, "--json")
    done = bench("run", "sleep", "--set", "sleep.duration_ms=0.4", "-r", "sync,threads,asyncio", *few)

    assert found(done)["timer-too-coarse"] == "invalid"
    touched = {case["runner"] for f in done.json()["findings"] if f["id"] == "timer-too-coarse" for case in f["cases"]}
    assert touched == {"asyncio"}
