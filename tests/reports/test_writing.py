"""Same run, same bytes; an unchanged report draws nothing; mistakes are one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import reports
from bench.errors import StoreError, UsageError
from reports.drawing import jobs as drawing
from reports.drawing import svg
from reports.drawing.chart import Chart
from reports.numbers import tables
from tests.support import runs
from tests.support.command import python

SMALL = runs.Shape(workloads=("nap",), levels=(1, 8), turns=2)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = runs.write(tmp_path_factory.mktemp("results") / "small", SMALL)
    reports.write([directory])
    return directory


def test_twice_the_same_run_twice_the_same_bytes(small: Path, tmp_path: Path) -> None:
    first = (small / "report.html").read_bytes()
    (small / ".charts.json").unlink()
    again = reports.write([small], tmp_path / "again.html").read_bytes()

    assert again == first


def test_an_unchanged_run_needs_neither_matplotlib_nor_pandas_and_starts_nothing(small: Path, tmp_path: Path) -> None:
    code = (
        "import sys, subprocess, reports; from pathlib import Path\n"
        "def never(*args, **kwargs): raise AssertionError('started a process')\n"
        "subprocess.Popen = never\n"
        "reports.write([Path(sys.argv[1])], Path(sys.argv[2]))\n"
        "print([name for name in ('matplotlib', 'pandas') if name in sys.modules])"
    )
    done = python("-c", code, small, tmp_path / "cached.html")

    assert done.out.strip() == "[]", done.err


def test_a_change_in_the_data_draws_what_it_touches_only(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def render(jobs: list[Any]) -> dict[str, str]:
        drawn.extend(job.id for job in jobs)
        return {job.key: "" for job in jobs}

    monkeypatch.setattr(drawing, "_render", render)
    chart = Chart("a", "cpu", "", "", "", [{"value": 1}], no_table())
    other = Chart("b", "cpu", "", "", "", [{"value": 2}], no_table())
    cache = small / "cache.json"

    drawing.draw([chart, other], cache)
    drawing.draw([chart, Chart("b", "cpu", "", "", "", [{"value": 3}], no_table())], cache)

    assert drawn == ["a", "b", "b"]


@pytest.mark.parametrize("text", ["{broken", "[]", '{"other": "<g/>"}'])
def test_a_damaged_or_foreign_cache_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(drawing, "_render", lambda jobs: {job.key: "drawn" for job in jobs})
    cache = tmp_path / "cache.json"
    cache.write_text(text)

    assert drawing.draw([Chart("a", "cpu", "", "", "", [{"value": 1}], no_table())], cache) == {"a": "drawn"}
    assert list(json.loads(cache.read_text()).values()) == ["drawn"]


def test_prints_the_path_and_nothing_else(small: Path) -> None:
    done = python("-m", "reports", small)

    assert (done.code, done.out, done.err) == (0, f"{small / 'report.html'}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nowhere"], "no run 'nowhere'"), (["{run}", "--baseline", "trio"], "no runner 'trio'"),
     (["{run}", "-o", "/nowhere/report.html"], "cannot write /nowhere/report.html"),
     (["{run}", "{run}", "{run}"], "3 were given")],
)  # fmt: skip
def test_mistakes_are_one_line(small: Path, arguments: list[str], said: str) -> None:
    done = python("-m", "reports", *(argument.format(run=small) for argument in arguments))

    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
    assert said in done.err


def test_the_library_raises_errors_of_the_harness(small: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        reports.write([])
    with pytest.raises(StoreError):
        reports.write([small], tmp_path / "no" / "such" / "place.html")


def test_a_failed_drawing_is_one_line(small: Path, tmp_path: Path) -> None:
    chart = Chart("a", "no_such_kind", "", "", "", [{"value": 1}], no_table())

    with pytest.raises(drawing.DrawingError, match="no_such_kind"):
        drawing.draw([chart], tmp_path / "cache.json")


def test_svg_is_cleaned() -> None:
    text = (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' viewBox="0 0 340 200"><metadata/><defs><style>*{stroke: red}</style></defs><g id="figure_1">'
        '<g id="mark|threads &lt;b&gt;"><path id="x" d="M 1.04 2 \nL 3.26 2 \nL 5 7.5 \nz" style="fill: #1b2027"/></g>'
        '<g><defs><path id="mk" d="M 0 0 L 1 1" /></defs><use xlink:href="#mk" x="1" y="2"/>'
        '<use xlink:href="#mk" x="3" y="4"/></g><text x="1.23456" style="font: 10px sans">a &lt; b</text></g></svg>'
    )
    found = svg.fragment(text, "w0")

    assert found.startswith('viewBox="0 0 340 200">')
    assert 'class="m" data-t="threads &lt;b&gt;"' in found
    assert 'd="M1 2h2.3l1.7 5.5z"' in found
    assert "fill:var(--ink)" in found
    assert found.count('href="#w0-0"') == 2
    assert '<text x="1.2" style="font-size:10px">a &lt; b</text>' in found
    assert "style>" not in found
    assert "figure_1" not in found


def test_styles_that_repeat_become_classes_below_charts_only() -> None:
    fragments, css = svg.share_styles(['<path style="fill:red"/>', '<path style="fill:red"/><g style="fill:blue"/>'])

    assert fragments == ['<path class="q0"/>', '<path class="q0"/><g style="fill:blue"/>']
    assert css == "svg.chart .q0{fill:red}"


def no_table() -> tables.Table:
    return tables.of("", [], [], "a.csv")
