"""Two runs: what changed is found, what did not is not, and different machines are not compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.model import TrialResult
from reports.numbers import comparison
from tests.support import runs
from tests.support.runs import Shape

SHAPE = Shape(workloads=("nap", "sums"), levels=(1, 8))


def compared(directory: Path, before: Shape, after: Shape) -> comparison.Comparison:
    return comparison.of(runs.indexed(directory / "a", before), runs.indexed(directory / "b", after))


def test_a_change_is_found_with_its_size(tmp_path: Path) -> None:
    found = compared(tmp_path, SHAPE, replace(SHAPE, speed=1.5, seed=2))

    for pair in found.pairs:
        assert pair.throughput.low is not None
        assert pair.throughput.high is not None
        assert pair.throughput.low < 1.5 * 1.03
        assert pair.throughput.high > 1.5 / 1.03
        assert pair.verdict == "faster"
        assert pair.memory is not None
        assert pair.memory.value == pytest.approx(1, abs=0.01)
    assert "is faster, 1.5" in comparison.sentence(found, "nap")


def test_no_change_is_called_none(tmp_path: Path) -> None:
    found = compared(tmp_path, SHAPE, replace(SHAPE, seed=2))

    assert not {"faster", "slower"} & {pair.verdict for pair in found.pairs}
    assert "equivalent" in comparison.sentence(found, "nap")


def test_different_machines_get_no_verdict(tmp_path: Path) -> None:
    found = compared(tmp_path, SHAPE, replace(SHAPE, speed=1.5, environment={"cpu_model": "Another 1"}))

    assert found.machine == ("cpu_model",)
    assert {pair.verdict for pair in found.pairs} == {None}
    assert comparison.sentence(found, "nap") == "no verdict: different machines"


def test_another_python_is_a_subject_and_no_obstacle(tmp_path: Path) -> None:
    found = compared(tmp_path, SHAPE, replace(SHAPE, speed=1.5, environment={"python": "3.14.0"}))

    assert found.machine == ()
    assert {pair.verdict for pair in found.pairs} == {"faster"}


def test_few_blocks_get_a_ratio_without_interval(tmp_path: Path) -> None:
    found = compared(tmp_path, SHAPE, replace(SHAPE, blocks=3))

    assert {pair.verdict for pair in found.pairs} == {None}
    assert {pair.throughput.low for pair in found.pairs} == {None}
    assert comparison.sentence(found, "nap") == "no verdict: 3 blocks, no interval"


def test_what_one_run_lacks_is_named(tmp_path: Path) -> None:
    def crashed(trial: TrialResult) -> TrialResult:
        return runs.crash(trial, "it died") if trial.runner == "uvloop" else trial

    found = compared(tmp_path, SHAPE, replace(SHAPE, change=crashed, workloads=("nap",)))
    missing = {(workload, level, runner): why for workload, level, runner, why in found.missing}

    assert missing["nap", 8, "uvloop"] == "B: failed, it died"
    assert missing["sums", 8, "sync"] == "not part of B"
