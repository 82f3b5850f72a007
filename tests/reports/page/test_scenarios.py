"""Runs that went wrong still give a valid page, on which every blank says why and no estimate stands alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

import bench
import reports
from bench.model import TrialResult
from reports.numbers import index
from reports.numbers.tables import Table
from reports.page import cases, page
from tests.support import runs
from tests.support.pages import drawn_here
from tests.support.runs import Shape
from tests.support.synthetic import RUNNERS

IMPLIED = {"td", "th", "tr", "tbody"}
"""Tags whose end HTML lets one leave out."""
VOID = {"meta", "link", "br", "hr", "img", "input"}
NO_INTERVAL = r"(?: \[| \(one block| \(\d+ blocks)"


@dataclass
class Outline(HTMLParser):
    """Tags that are left open, ids, and the text a reader sees."""

    stack: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack[-1] != tag and self.stack[-1] in IMPLIED:
            self.stack.pop()
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.stack):
            self.text.append(data)


def outline(path: Path) -> Outline:
    parsed = Outline()
    parsed.feed(path.read_text(encoding="utf-8"))
    return parsed


def words(path: Path) -> str:
    return " ".join(" ".join(outline(path).text).split())


def after_the_first_workload(trial: TrialResult) -> TrialResult | None:
    return trial if trial.workload == "nap" else None


def a_million_errors(trial: TrialResult) -> TrialResult:
    return runs.all_failed(trial, 8_000)


def only_errors(trial: TrialResult) -> TrialResult:
    return runs.all_failed(trial, 200)


SHAPES = {
    "ordinary": Shape(twins=True),
    "one block": Shape(blocks=1, planned_blocks=6),
    "three blocks": Shape(blocks=3),
    "interrupted": Shape(blocks=1, planned_blocks=6, stopped="interrupted", change=after_the_first_workload),
    "nothing at all": Shape(blocks=0, planned_blocks=6, stopped="interrupted"),
    "crashed": Shape(change=runs.threads_crash),
    "without uvloop": Shape(unavailable={"uvloop": "uvloop is not installed; try pip install uvloop"}),
    "only errors": Shape(change=only_errors),
    "one workload": Shape(workloads=("nap",)),
    "one runner": Shape(runners=("sync",)),
    "baseline absent": Shape(runners=("uvloop", *RUNNERS[:-1]), unavailable={"uvloop": "uvloop is not installed"}),
    "a million failures": Shape(change=a_million_errors, levels=(1, 8, 16)),
    "strange name": Shape(workloads=("</script><b>", "nap"), levels=(1, 8)),
    "strangers": Shape(runners=(*RUNNERS, "gevent-with-a-long-name", "trio", "curio", "anyio"), levels=(1, 8)),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Name of a shape -> its page, made once."""
    results = tmp_path_factory.mktemp("results")

    @cache
    def made(name: str) -> Path:
        with drawn_here():
            return reports.write([runs.write(results / re.sub(r"\W", "-", name), SHAPES[name])])

    return made


@pytest.fixture(params=SHAPES)
def made(request: pytest.FixtureRequest, pages: Callable[[str], Path]) -> Path:
    """The page of every shape in turn."""
    return pages(request.param)


def test_is_well_formed_without_duplicate_ids(made: Path) -> None:
    parsed = outline(made)

    assert not parsed.wrong
    assert not parsed.stack
    assert len(parsed.ids) == len(set(parsed.ids))


def test_no_ratio_stands_without_interval_or_the_words(made: Path) -> None:
    text = words(made)
    naked = re.findall(rf"\S+ \d[\d.,]*×(?!{NO_INTERVAL})(?! baseline).{{0,30}}", text)

    assert not naked


def test_nothing_reads_nan_or_none(made: Path) -> None:
    assert not re.search(r"\b(nan|None(?!:)|inf)\b", words(made))


def test_every_table_gives_an_interval_or_a_reason(made: Path) -> None:
    for table, column, text, empty, value in cells_of(made.parent):
        if column and value is not None:
            assert re.search(r"\[|one block|blocks, no interval", text), (table, text)
        if empty:
            assert len(text) > 3, table


def cells_of(directory: Path) -> Iterator[tuple[str, bool, str, bool, float | None]]:
    run = index.of(bench.load(directory))
    tables: list[Table] = [*cases.of_run(run)]
    for number, workload in enumerate(run.workloads):
        tables += [chart.table for chart in page.charts_of(run, workload, f"w{number}", run.runners[0])]
    for table in tables:
        for row in table.rows:
            assert len(row) == len(table.columns), table.caption
            for column, cell in zip(table.columns, row, strict=True):
                yield table.caption, column.estimate, cell.text, cell.empty, cell.value


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("one block", "One block: no interval and no verdict"),
        ("three blocks", "3 blocks: no interval and no verdict"),
        ("interrupted", "the run did not complete: interrupted"),
        ("interrupted", "the run ended before it was measured (interrupted)"),
        ("nothing at all", "nothing was measured"),
        ("crashed", "its process died with exit code 139"),
        ("without uvloop", "unavailable: uvloop is not installed"),
        ("only errors", "no op succeeded"),
        ("ordinary", "over limit: 64 processes on 2 CPUs"),
        ("ordinary", "what nap does in one sentence"),
        ("ordinary", "`make selfcheck` writes one"),
        ("strange name", "</script><b>"),
        ("baseline absent", "no uvloop here: uvloop is not installed"),
    ],
)
def test_says_what_happened(name: str, said: str, pages: Callable[[str], Path]) -> None:
    assert said.lower() in words(pages(name)).lower()


def test_a_million_failures_with_long_messages_stay_small(pages: Callable[[str], Path]) -> None:
    path = pages("a million failures")
    stored = bench.load(path.parent).stored

    assert sum(turn.errors for trial in stored.trials for turn in trial.turns) >= 1_000_000
    assert path.stat().st_size < 1_000_000


def test_six_workloads_six_runners_four_concurrencies_fit_two_megabytes_and_ids_stay_unique(tmp_path: Path) -> None:
    shape = Shape(
        workloads=("nap", "sums", "files", "pages", "queue", "locks"), runners=(*RUNNERS, "gevent"),
        levels=(1, 4, 16, 64), turns=16, twins=True,
    )  # fmt: skip
    path = reports.write([runs.write(tmp_path / "run", shape)])

    assert path.stat().st_size < 2_000_000
    parsed = outline(path)
    assert len(parsed.ids) == len(set(parsed.ids))
