"""Charts are functions from a DataFrame to a Figure, apart from pyplot, with words made from their data."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from reports.charts import claim as claim_chart
from reports.charts import ecdf, glance, levels, twins
from reports.charts import winner_map as map_chart
from reports.drawing.chart import Chart
from reports.numbers import winner_map
from reports.numbers.index import Index
from reports.page import page
from tests.support import claims, mixtures, runs
from tests.support.command import python

KINDS = sorted(
    path.stem
    for path in Path(levels.__file__).parent.glob("*.py")
    if path.stem not in {"__init__", "levels", "latency", "between"}
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return runs.indexed(tmp_path_factory.mktemp("results") / "run", runs.Shape(workloads=("nap", "sums"), twins=True))


@pytest.fixture(scope="module")
def charts(index: Index, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Chart]:
    mixed = mixtures.index_of(tmp_path_factory.mktemp("mixed") / "run")
    mapped = winner_map.of_run(mixed)
    assert mapped is not None
    drawn = [
        *page.charts_of(index, "nap", "nap", "sync"),
        *glance.charts(index, "nap", "nap", 8),
        twins.chart(index, "run"),
        map_chart.chart(mixed, mapped, "run"),
        claim_chart.chart(claims.claim("one", "holds"), "book"),
    ]
    return {chart.kind: chart for chart in drawn}


def test_every_kind_is_on_the_page(charts: dict[str, Chart]) -> None:
    assert sorted(charts) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_becomes_a_figure(charts: dict[str, Chart], kind: str) -> None:
    chart = charts[kind]
    figure = importlib.import_module(f"reports.charts.{kind}").draw(chart.frame(), **chart.options)

    assert isinstance(figure, Figure)
    assert figure.axes[0].has_data()


@pytest.mark.parametrize("kind", KINDS)
def test_words_come_from_the_data(charts: dict[str, Chart], kind: str) -> None:
    chart = charts[kind]

    assert len(chart.title) > 5
    assert any(character.isdigit() for character in chart.description)
    assert len(chart.caption) > 40 or kind == "glance", "the note below them speaks for all panels at a glance"
    assert chart.table.rows
    assert chart.table.csv.count("\n") >= len(chart.table.rows) + 1


@pytest.mark.parametrize("kind", ["throughput", "memory", "cpu", "cores", "startup", "forest", "percentiles"])
def test_captions_name_interval_and_blocks(charts: dict[str, Chart], kind: str) -> None:
    assert "95 %" in charts[kind].caption
    assert "6 blocks" in charts[kind].caption


def test_the_serial_runner_is_one_point_and_never_at_64_workers(charts: dict[str, Chart]) -> None:
    rows = [row for row in charts["throughput"].rows if row["runner"] == "sync"]

    assert [row["concurrency"] for row in rows] == [1]
    assert rows[0]["serial"]


def test_drawing_leaves_pyplot_alone() -> None:
    code = "import sys, reports.drawing.panel, reports.charts.levels; print('matplotlib.pyplot' in sys.modules)"
    done = python("-c", code)

    assert done.out.strip() == "False", done.err


def test_a_cumulative_curve_ends_at_one_and_stays_small() -> None:
    steps = ecdf.steps(dict.fromkeys(range(2000), 1))

    assert steps[-1][1] == 1.0
    assert len(steps) <= ecdf.POINTS + 2
    assert steps == sorted(steps)
