"""Same run, same bytes; an unchanged report draws nothing; mistakes are one line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import reports
from bench.cli.main import cli
from bench.errors import StoreError, UsageError
from reports.drawing import jobs as drawing
from reports.drawing import svg
from reports.drawing.chart import Chart
from reports.numbers import tables
from tests.support import runs
from tests.support.command import ROOT, bench

SMALL = runs.Shape(workloads=("nap",), levels=(1, 8), rounds=2)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = runs.write(tmp_path_factory.mktemp("results") / "small", SMALL)
    reports.write([directory])
    return directory


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reports", *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, check=False
    )


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
    done = subprocess.run(
        [sys.executable, "-c", code, small, tmp_path / "cached.html"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip

    assert done.stdout.strip() == "[]", done.stderr


def test_a_change_in_the_data_draws_what_it_touches_only(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def render(jobs: list[Any], _: drawing.Say) -> dict[str, str]:
        drawn.extend(str(job.rows[0]["value"]) for job in jobs)
        return {job.key: "" for job in jobs}

    monkeypatch.setattr(drawing, "_render", render)
    chart = Chart("a", "cpu", "", "", "", [{"value": 1}], no_table())
    other = Chart("b", "cpu", "", "", "", [{"value": 2}], no_table())
    cache = small / "cache.json"

    drawing.draw([chart, other], cache, print)
    drawing.draw([chart, Chart("b", "cpu", "", "", "", [{"value": 3}], no_table())], cache, print)

    assert drawn == ["1", "2", "3"]


@pytest.mark.parametrize("text", ["{broken", "[]", '{"other": "<g/>"}'])
def test_a_damaged_or_foreign_cache_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(drawing, "_render", lambda jobs, _: {job.key: "drawn" for job in jobs})
    cache = tmp_path / "cache.json"
    cache.write_text(text)

    assert drawing.draw([Chart("a", "cpu", "", "", "", [{"value": 1}], no_table())], cache, print) == {"a": "drawn"}
    assert list(json.loads(cache.read_text()).values()) == ["drawn"]


def test_prints_the_path_and_nothing_else(small: Path) -> None:
    done = command(small)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{small / 'report.html'}\n", "")


def test_it_says_how_far_it_is_when_asked_to(small: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    for name in ("run.json", "trials.jsonl"):
        (again / name).write_bytes((small / name).read_bytes())
    done = command(again, "--progress")
    said = done.stderr.splitlines()
    counts = [re.fullmatch(r"drawing charts: (\d+) of (\d+)", line) for line in said[2:]]

    assert done.stdout == f"{again / 'report.html'}\n"
    assert said[0] == "reading again"
    assert re.fullmatch(r"drawing \d+ charts", said[1])
    assert [int(count[1]) for count in counts if count] == list(range(1, len(said) - 1))


def test_the_same_drawing_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def render(jobs: list[Any], _: drawing.Say) -> dict[str, str]:
        asked.append(len(jobs))
        return {job.key: "drawn" for job in jobs}

    monkeypatch.setattr(drawing, "_render", render)
    twins = [Chart(name, "cpu", name, "", "", [{"value": 1}], no_table()) for name in ("a", "b")]

    assert drawing.draw(twins, tmp_path / "cache.json", print) == {"a": "drawn", "b": "drawn"}
    assert asked == [1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nowhere"], "no run 'nowhere'"), (["{run}", "--baseline", "trio"], "no runner 'trio'"),
     (["{run}", "-o", "/nowhere/report.html"], "cannot write /nowhere/report.html"),
     (["{run}", "{run}", "{run}"], "3 were given"), (["{run}", "{run}"], "are the same run"),
     (["{run}", "--against", "{run}", "--baseline", "sync"], "leave out --baseline")],
)  # fmt: skip
def test_mistakes_are_one_line(small: Path, arguments: list[str], said: str) -> None:
    done = command(*(argument.format(run=small) for argument in arguments))

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


@pytest.mark.parametrize(
    ("words", "runs_", "against"),
    [(["a", "b", "--against", "c", "d", "-o", "f.html"], ["a", "b"], ["c", "d"]),
     (["a", "--against", "c", "--against", "d"], ["a"], ["c", "d"]), (["--against=c", "a", "b"], ["a", "b"], ["c"]),
     (["old", "new"], ["old", "new"], [])],
)  # fmt: skip
def test_against_takes_what_a_shell_makes_of_a_pattern(words: list[str], runs_: list[str], against: list[str]) -> None:
    given = cli.commands["report"].make_context("report", words).params

    assert list(given["runs"]) == runs_
    assert list(given["against"]) == against


def test_the_command_sets_runs_against_runs(tmp_path: Path) -> None:
    names = [f"{side}{number}" for number in range(4) for side in ("old", "new")]
    for hour, name in enumerate(names):
        shape = runs.Shape(workloads=("nap",), runners=("sync",), levels=(1,), rounds=2, seed=hour,
                           started=f"2026-01-02T{hour:02d}:00:00+00:00")  # fmt: skip
        runs.write(tmp_path / name, shape)

    done = bench("report", *names[1::2], "--against", *names[::2], "--results", tmp_path)

    assert done.code == 0, done.err
    assert Path(done.out.strip()) == tmp_path / "new3" / "against-old0-and-3-more.html"
    assert "What changed from A to B?" in Path(done.out.strip()).read_text(encoding="utf-8")


def test_the_library_raises_errors_of_the_harness(small: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        reports.write([])
    with pytest.raises(StoreError):
        reports.write([small], tmp_path / "no" / "such" / "place.html")


def test_a_failed_drawing_is_one_line(small: Path, tmp_path: Path) -> None:
    chart = Chart("a", "no_such_kind", "", "", "", [{"value": 1}], no_table())

    with pytest.raises(drawing.DrawingError, match="no_such_kind"):
        drawing.draw([chart], tmp_path / "cache.json", print)


def test_svg_is_cleaned() -> None:
    text = (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' viewBox="0 0 340 200"><metadata/><defs><style>*{stroke: red}</style></defs><g id="figure_1">'
        '<g id="data|[{&quot;t&quot;: &quot;threads &lt;b&gt;&quot;}]">'
        '<path id="x" d="M 1.04 2 \nL 3.26 2 \nL 5 7.5 \nz" style="fill: #1b2027"/></g>'
        '<g id="data|[{&quot;t&quot;: &quot;one&quot;},'
        ' {&quot;t&quot;: &quot;two&quot;, &quot;hidden&quot;: &quot;yes&quot;}]">'
        '<defs><path id="mk" d="M 0 0 L 1 1" /></defs><use xlink:href="#mk" x="1" y="2"/>'
        '<use xlink:href="#mk" x="3" y="4"/></g><text x="1.73456" style="font: 10px sans">a &lt; b</text></g></svg>'
    )
    found = svg.fragment(text)

    assert found.startswith('viewBox="0 0 340 200">')
    assert 'data-t="threads &lt;b&gt;"' in found
    assert 'd="M1 2h2.3l1.7 5.5z"' in found
    assert "fill:var(--ink)" in found
    assert '<use href="#M0 0l1 1" x="1" y="2" data-t="one"/>' in found
    assert '<use href="#M0 0l1 1" x="3" y="4" data-t="two" visibility="hidden"/>' in found
    assert '<text x="2" style="font-size:10px">a &lt; b</text>' in found
    assert "style>" not in found
    assert "id=" not in found


def test_what_charts_share_is_on_the_page_once_and_styles_apply_below_charts_only() -> None:
    one = '<path style="fill:red" clip-path="url(#0 1 2 3)"/><use href="#M0 0h1"/>'
    shared = svg.share([one, '<path style="fill:red"/><use href="#M0 0h1"/><g style="fill:blue"/>'])

    assert shared.fragments == (
        '<path class=q0 clip-path="url(#_c0)"/><use href="#_0"/>',
        '<path class="q0"/><use href="#_0"/><g style="fill:blue"/>',
    )
    assert shared.definitions == (
        '<path id="_0" d="M0 0h1"/><clipPath id="_c0"><rect x="0" y="1" width="2" height="3"/></clipPath>'
    )
    assert shared.css == "svg.chart .q0{fill:red}"


def no_table() -> tables.Table:
    return tables.of("", [], [], "a.csv")
