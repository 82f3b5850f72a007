"""Runs set against runs: a verdict only where what differs between runs is known, and never between machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import bench
import reports
from bench.errors import UsageError
from bench.model import TrialResult
from reports.numbers import comparison, index
from tests.support import runs
from tests.support.runs import Shape

SHAPE = Shape(workloads=("nap", "sums"), levels=(1, 8))
SMALL = Shape(workloads=("nap",), runners=("sync", "threads"), levels=(8,), turns=2)
STEADY = (1.0, 1.01, 0.99, 1.005)
"""Speeds of four runs on a machine that hardly drifts."""


def indexed(directories: Sequence[Path]) -> list[index.Index]:
    return [index.of(bench.load(directory)) for directory in directories]


def at(speeds: Sequence[float], base: Shape = SMALL) -> list[Shape]:
    return [replace(base, speed=speed) for speed in speeds]


def compared(
    directory: Path, before: Sequence[Shape], after: Sequence[Shape], hours: tuple[range, range] | None = None
) -> comparison.Comparison:
    a = runs.write_side(directory, "A", before, hours[0] if hours else None)
    b = runs.write_side(directory, "B", after, hours[1] if hours else None)
    return comparison.of(indexed(a), indexed(b))


def test_a_change_is_found_with_its_size(tmp_path: Path) -> None:
    found = compared(tmp_path, at(STEADY), at([1.5 * speed for speed in STEADY]))

    assert found.enough
    assert found.order == ""
    for pair in found.pairs:
        ratio = pair.throughput.ratio
        assert ratio.low is not None
        assert ratio.high is not None
        assert ratio.low <= 1.5 <= ratio.high
        assert pair.verdict == "faster"
        assert pair.memory is not None
        assert pair.memory.ratio.value == pytest.approx(1, abs=0.01)
    assert "is faster, 1." in comparison.sentence(found, "nap")


def test_no_change_is_called_none(tmp_path: Path) -> None:
    found = compared(tmp_path, at(STEADY), at(STEADY[::-1]))

    assert {pair.verdict for pair in found.pairs} == {"equivalent"}
    assert comparison.sentence(found, "nap").startswith("B over A from ")
    assert comparison.sentence(found, "nap").endswith("; 2 equivalent")


@pytest.mark.parametrize("speeds", [(1.0, 1.1), (1.0, 2.0)])
def test_two_runs_are_shown_side_by_side_and_never_judged(tmp_path: Path, speeds: tuple[float, float]) -> None:
    found = compared(tmp_path, at(speeds[:1]), at(speeds[1:]))
    said = comparison.sentence(found, "nap")

    assert {(pair.verdict, pair.p, pair.throughput.ratio.low) for pair in found.pairs} == {(None, None, None)}
    assert said.count("× (between runs, not paired)") == 2
    assert said.endswith("no verdict: 1 run of A and 1 run of B, and 4 of each are needed")


def test_eight_runs_on_a_machine_that_drifts_from_run_to_run_are_undecided(tmp_path: Path) -> None:
    found = compared(tmp_path, at([1.0, 1.1, 0.93, 1.05]), at([1.1, 1.17, 1.0, 1.14]))

    assert {pair.verdict for pair in found.pairs} == {"inconclusive"}


def test_eight_runs_with_a_step_between_the_sides_are_not_judged(tmp_path: Path) -> None:
    found = compared(tmp_path, at(STEADY), at([1.1 * speed for speed in STEADY]), (range(4), range(4, 8)))

    assert all((pair.p or 1) < 0.05 for pair in found.pairs), "the test is of nothing: Welch alone would not be fooled"
    assert {pair.verdict for pair in found.pairs} == {None}
    assert "did not alternate in time" in comparison.sentence(found, "nap")


def test_a_case_that_too_few_runs_measured_has_no_interval(tmp_path: Path) -> None:
    def crashed(trial: TrialResult) -> TrialResult:
        return runs.crash(trial, "it died") if trial.runner == "threads" else trial

    after = [*at(STEADY[:3]), replace(SMALL, change=crashed)]
    found = {pair.key[2]: pair for pair in compared(tmp_path, at(STEADY), after).pairs}

    assert found["sync"].verdict is not None
    assert found["threads"].throughput.ratio.low is None
    assert found["threads"].why == "4 runs of A and 3 runs of B, and 4 of each are needed"


def test_different_machines_get_no_verdict(tmp_path: Path) -> None:
    other = replace(SMALL, environment={"cpu_model": "Another 1"})
    found = compared(tmp_path, at(STEADY), at(STEADY, other))

    assert found.machine == ("cpu_model",)
    assert {pair.verdict for pair in found.pairs} == {None}
    assert comparison.sentence(found, "nap").endswith("no verdict: different machines")


def test_another_python_is_a_subject_and_no_obstacle_unless_within_a_side(tmp_path: Path) -> None:
    newer = [replace(shape, environment={"python": "3.14.0"}) for shape in at(STEADY)]
    found = compared(tmp_path / "one", at(STEADY), newer)
    mixed = compared(tmp_path / "other", at(STEADY), [*newer[:2], *at(STEADY[2:])])

    assert found.machine == ()
    assert {pair.verdict for pair in found.pairs} == {"equivalent"}
    assert {pair.why for pair in mixed.pairs} == {"the runs of B differ among themselves (python)"}


def test_the_same_run_is_counted_once(tmp_path: Path) -> None:
    a, b = runs.write(tmp_path / "a", SMALL), runs.write(tmp_path / "b", replace(SMALL, seed=2))
    copy = runs.write(tmp_path / "copy", SMALL)

    with pytest.raises(UsageError, match="are the same run"):
        reports.write([b], against=[a, copy])


def test_what_one_run_lacks_is_named(tmp_path: Path) -> None:
    def crashed(trial: TrialResult) -> TrialResult:
        return runs.crash(trial, "it died") if trial.runner == "uvloop" else trial

    found = compared(tmp_path, [SHAPE], [replace(SHAPE, change=crashed, workloads=("nap",))])
    missing = {(workload, level, runner): why for workload, level, runner, why in found.missing}

    assert missing["nap", 8, "uvloop"] == "B: failed, it died"
    assert missing["sums", 8, "sync"] == "not part of B"
