"""Races in a stranger's test suite: measured, reported by pytest-benchmark, and failed on evidence alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.errors import UsageError
from bench.testing import race as races
from tests.support.command import Done, python

HEAD = """
import asyncio, time, pytest

def nap():
    time.sleep(0.002)
    return 1

async def nap_async():
    await asyncio.sleep(0.002)
    return 1
"""


def outcome(directory: Path, body: str, *arguments: str) -> Done:
    """pytest on one file of a project that is not ours."""
    (directory / "test_theirs.py").write_text(HEAD + body)
    return python("-m", "pytest", "-q", "-p", "no:cacheprovider", "--race-budget=0.4", *arguments, cwd=directory)


SLEEPERS = """
@pytest.mark.runners("sync", "threads", "asyncio", concurrency=8)
def test_sleepers(race):
    race(blocking=nap, coroutine=nap_async, check=lambda result: result == 1)
    assert race.faster("asyncio", than="sync", by={by})
"""


def test_five_lines_fail_on_evidence_and_pass_on_evidence(tmp_path: Path) -> None:
    assert outcome(tmp_path, SLEEPERS.format(by=2)).code == 0

    failed = outcome(tmp_path, SLEEPERS.format(by=50))
    assert failed.code == 1
    assert "not 50 times as fast: asyncio is" in failed.out
    assert "sync at C = 8" in failed.out


def test_what_the_interval_does_not_tell_is_skipped_or_failed_when_strict(tmp_path: Path) -> None:
    body = """
@pytest.mark.runners("sync", "threads", concurrency=1)
def test_alike(race):
    race(nap)
    ratio = next(p.ratio for p in race.run.summary.comparisons if (p.runner, p.baseline) == ("threads", "sync"))
    race.faster("threads", than="sync", by=ratio.value)
"""
    lenient = outcome(tmp_path, body, "-rs")
    strict = outcome(tmp_path, body, "--race-strict")

    assert "1 skipped" in lenient.out
    assert "inconclusive whether" in lenient.out
    assert strict.code == 1
    assert "inconclusive whether" in strict.out


def test_pytest_benchmark_reports_it(tmp_path: Path) -> None:
    done = outcome(tmp_path, SLEEPERS.format(by=2), "--benchmark-json=told.json", "--benchmark-autosave")
    again = outcome(tmp_path, SLEEPERS.format(by=2), "--benchmark-compare")

    assert "test_sleepers: asyncio, C = 8" in done.out
    rows = {row["params"]["runner"]: row for row in json.loads((tmp_path / "told.json").read_text())["benchmarks"]}
    assert rows.keys() == {"sync", "threads", "asyncio"}
    for row in rows.values():
        told: dict[str, Any] = row["extra_info"]
        assert row["group"] == "test_theirs.py::test_sleepers"
        assert row["stats"]["min"] <= 1 / told["throughput_per_s"]["value"] <= row["stats"]["max"]
        assert {"low", "high"} <= told["throughput_per_s"].keys()
        assert told["latency_p50_ms"]["value"] >= 2
    assert "(0001_" in again.out or "0001_" in again.out


@pytest.mark.parametrize("arguments", [["--benchmark-disable"], ["-n", "2"]], ids=["disabled", "xdist"])
def test_where_benchmarks_are_off_each_function_is_called_once(arguments: list[str], tmp_path: Path) -> None:
    body = """
calls = []

@pytest.mark.runners("threads", "asyncio")
def test_calls(race, tmp_path):
    race(blocking=lambda: calls.append("blocking"), coroutine=called)
    assert race.faster("asyncio", than="threads", by=1000)
    assert calls == ["blocking", "coroutine"]

async def called():
    calls.append("coroutine")

def test_wrong(race):
    race(nap, check=lambda result: result == 2)
"""
    done = outcome(tmp_path, body, *arguments)

    assert done.code == 1
    assert "1 failed, 1 passed" in done.out
    assert "the result is wrong: 1" in done.out


@pytest.mark.parametrize("of", ["anyio", "asyncio"])
def test_an_async_test_may_race_and_an_op_may_use_its_fixtures(of: str, tmp_path: Path) -> None:
    """Of anyio's plugin, and of pytest-asyncio."""
    body = """
@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.OF
@pytest.mark.runners("asyncio", concurrency=2)
async def test_async(race, tmp_path):
    async def op():
        await asyncio.sleep(0.001)
        return tmp_path.exists()
    race(op, check=bool)
    assert {case.runner for case in race.run.summary.cases if case.throughput} == {"asyncio"}
""".replace("if case.throughput", 'if case["throughput_per_s"]').replace("OF", of)
    done = outcome(tmp_path, body)

    assert done.code == 0, done.out
    assert "1 passed" in done.out


def test_processes_race_in_processes_of_their_own(tmp_path: Path) -> None:
    body = """
@pytest.mark.runners("sync", "processes", concurrency=4)
def test_processes(race):
    race(nap)
    assert race.faster("processes", than="sync", by=2)
    assert race.run.summary.cases[0]["memory_bytes"].value > 1e6

@pytest.mark.runners("processes")
def test_closure(race):
    race(lambda: 1)
"""
    done = outcome(tmp_path, body)

    assert "1 failed, 1 passed" in done.out
    assert "import functions by name" in done.out


def test_an_op_that_fails_fails_the_test_and_tasks_left_behind_are_told(tmp_path: Path) -> None:
    body = """
async def broken():
    await asyncio.sleep(0)
    raise OSError("no route")

@pytest.mark.runners("asyncio", concurrency=2)
def test_broken(race):
    race(broken)

async def forgetful():
    asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0.001)

@pytest.mark.runners("asyncio", concurrency=1)
def test_leaks(race):
    race(forgetful)
"""
    done = outcome(tmp_path, body, "--benchmark-json=told.json")

    assert "1 failed, 1 passed" in done.out
    assert "OSError: no route" in done.out
    (row,) = json.loads((tmp_path / "told.json").read_text())["benchmarks"]
    assert row["extra_info"]["tasks_left"] > 1


def test_a_slip_is_one_line(tmp_path: Path) -> None:
    body = """
@pytest.mark.runners("threads", "uvlop")
def test_name(race):
    race(nap)

@pytest.mark.runners("threads", at=3)
def test_option(race):
    race(nap)
"""
    done = outcome(tmp_path, body)

    assert "did you mean 'uvloop'?" in done.out
    assert "the mark runners has no at" in done.out


def test_one_function_or_a_pair() -> None:
    with pytest.raises(UsageError, match=r"race\(op\), or race\(blocking=f, coroutine=g\)"):
        races._forms(None, None, None)
