"""The first picture: every runner at the concurrency that matters, and no mark that the intervals do not carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.model import TrialResult
from reports.charts import glance
from reports.drawing.chart import Chart
from reports.numbers.index import Index
from tests.support import runs
from tests.support.runs import Shape
from tests.support.synthetic import RUNNERS

SHAPE = Shape(workloads=("nap", "sums"), levels=(1, 8))


@pytest.fixture
def panels(tmp_path: Path) -> Callable[[Shape, str, int], tuple[Chart, ...]]:
    def made(shape: Shape, workload: str, level: int) -> tuple[Chart, ...]:
        index: Index = runs.indexed(tmp_path / "run", shape)
        return glance.charts(index, workload, workload, level)

    return made


def marks(chart: Chart) -> dict[str, str]:
    return {row["runner"]: row["mark"] for row in chart.rows if row["mark"]}


def test_three_panels_with_a_row_for_every_runner(panels: Callable[..., tuple[Chart, ...]]) -> None:
    throughput, latency, memory = panels(SHAPE, "sums", 8)

    assert [chart.options["title"] for chart in (throughput, latency, memory)] == [
        "throughput, ops/s", "p99 latency", "memory",
    ]  # fmt: skip
    for chart in (throughput, latency, memory):
        assert [row["runner"] for row in chart.rows] == list(RUNNERS)
    assert memory.rows[2]["words"].endswith("MiB")
    assert "[" in memory.rows[2]["text"]


def test_the_winner_is_marked_and_the_serial_reference_is_not(panels: Callable[..., tuple[Chart, ...]]) -> None:
    throughput, _, memory = panels(SHAPE, "sums", 8)

    assert marks(throughput) == {"processes": "▲"}
    assert "processes" not in marks(memory)
    assert "sync" not in marks(memory)


def test_without_intervals_nothing_is_marked(panels: Callable[..., tuple[Chart, ...]]) -> None:
    assert [marks(chart) for chart in panels(replace(SHAPE, blocks=3), "sums", 8)] == [{}, {}, {}]


def test_what_is_missing_says_why(panels: Callable[..., tuple[Chart, ...]]) -> None:
    shape = replace(SHAPE, levels=(64,), change=lambda trial: replace(trial, memory=None))
    throughput, _, memory = panels(shape, "nap", 64)

    assert throughput.rows[2]["words"] == "over limit"
    assert {row["words"] for row in memory.rows} == {"over limit", "not read"}


def test_a_percentile_is_shown_that_all_have(panels: Callable[..., tuple[Chart, ...]]) -> None:
    def few_ops(trial: TrialResult) -> TrialResult:
        kept = dict(list(trial.latency.items())[:3])
        return replace(trial, latency=dict.fromkeys(kept, 8)) if trial.runner == "threads" else trial

    _, latency, _ = panels(replace(SHAPE, change=few_ops), "nap", 8)

    assert latency.options["title"] == "p90 latency"


@pytest.mark.parametrize(("levels", "log"), [((1,), False), ((8,), True)])
def test_a_panel_begins_at_zero_unless_its_values_are_far_apart(
    panels: Callable[..., tuple[Chart, ...]], levels: tuple[int, ...], log: bool
) -> None:
    throughput = panels(replace(SHAPE, levels=levels), "nap", levels[0])[0]
    axes = glance.draw(throughput.frame(), **throughput.options).axes[0]

    assert (axes.get_xscale() == "log") == log
    assert (axes.get_xlim()[0] == 0) == (not log)
