"""The winner map: cells where they belong, hatched where nobody leads alone, and others placed by what they used."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from reports.charts import winner_map as chart
from reports.numbers import winner_map
from reports.numbers.index import Index
from tests.support import mixtures
from tests.support.mixtures import MIXED
from tests.support.runs import Shape


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return mixtures.index_of(tmp_path / "run")


def test_a_cell_for_every_share_and_level(index: Index) -> None:
    found = winner_map.of_run(index)

    assert found is not None
    assert found.shares == pytest.approx((50 / 5050, 0.5))
    assert found.levels == (1, 8)
    assert [(cell.workload, cell.level) for cell in found.cells] == [
        ("waits", 1), ("waits", 8), ("computes", 1), ("computes", 8),
    ]  # fmt: skip
    assert found.cells[3].standing.leaders == ("processes",)


def test_others_stand_at_the_cpu_share_they_were_measured_to_have(index: Index) -> None:
    found = winner_map.of_run(index)

    assert found is not None
    assert found.placed.keys() == {"mine"}
    case = index.cases["mine", 1, "sync"]
    assert case["cpu_s_per_op"]
    assert case["throughput_per_s"]
    assert found.placed["mine"] == pytest.approx(case["cpu_s_per_op"].value * case["throughput_per_s"].value)


def test_one_share_or_one_level_or_a_hog_is_no_map(tmp_path: Path) -> None:
    one_level = mixtures.index_of(tmp_path / "a", Shape(workloads=tuple(MIXED), levels=(8,)))
    one_share = mixtures.index_of(tmp_path / "b", Shape(workloads=("waits",), levels=(1, 8)))
    hogs = {label: {**parameters, "hog": True} for label, parameters in MIXED.items()}

    assert winner_map.of_run(one_level) is None
    assert winner_map.of_run(one_share) is None
    assert (
        winner_map.of_run(mixtures.index_of(tmp_path / "c", Shape(workloads=tuple(MIXED), levels=(1, 8)), hogs)) is None
    )


def test_the_chart_says_who_leads_and_draws_every_cell(index: Index) -> None:
    found = winner_map.of_run(index)
    assert found is not None

    made = chart.chart(index, found, "run")
    figure = chart.draw(made.frame(), **made.options)

    assert "processes lead" in made.description
    assert [[cell.text for cell in row][:3] for row in made.table.rows][3] == ["50%", "8", "processes"]
    heats = sum(len(cell.standing.leaders) > 1 for cell in found.cells)
    drawn = figure.axes[0].get_children()
    assert len([one for one in drawn if isinstance(one, Polygon)]) == len(found.cells)
    hatching = [one for one in drawn if isinstance(one, Line2D) and one.get_linewidth() == chart.HATCH]
    assert len(hatching) == heats * chart.HATCHES


@pytest.mark.parametrize(("share", "place"), [(0.0, 0.0), (0.1, 0.5), (0.3, 1.0), (0.5, 1.5), (1.0, 2.0)])
def test_a_share_stands_between_the_columns_around_it(share: float, place: float) -> None:
    assert chart._place([0.1, 0.5], share) == pytest.approx(place)
