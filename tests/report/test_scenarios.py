"""Runs that went wrong still give a valid page, on which every blank says why and no estimate stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import bench
import reports
from bench.model import TrialResult
from reports import index, page
from reports.tables import Table
from tests.report import runs
from tests.report.runs import Shape

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


def crashed_threads(trial: TrialResult) -> TrialResult:
    return runs.crash(trial) if trial.runner == "threads" else trial


def only_errors(trial: TrialResult) -> TrialResult:
    return runs.all_failed(trial, 200)


SHAPES = {
    "ordinary": Shape(twins=True),
    "one block": Shape(blocks=1, planned_blocks=6),
    "three blocks": Shape(blocks=3),
    "interrupted": Shape(blocks=1, planned_blocks=6, stopped="interrupted", change=after_the_first_workload),
    "nothing at all": Shape(blocks=0, planned_blocks=6, stopped="interrupted"),
    "crashed": Shape(change=crashed_threads),
    "without uvloop": Shape(unavailable={"uvloop": "uvloop is not installed; try pip install uvloop"}),
    "only errors": Shape(change=only_errors),
    "one workload": Shape(workloads=("nap",)),
    "one runner": Shape(runners=("sync",)),
    "strange name": Shape(workloads=("</script><b>", "nap"), levels=(1, 8)),
    "strangers": Shape(runners=(*runs.RUNNERS, "gevent-with-a-long-name", "trio", "curio", "anyio"), levels=(1, 8)),
}


@pytest.fixture(scope="module", params=SHAPES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Every shape, with the page of it."""
    directory = tmp_path_factory.mktemp("results") / "run"
    return request.param, reports.write([runs.write(directory, SHAPES[request.param])])


def test_is_well_formed_without_duplicate_ids(made: tuple[str, Path]) -> None:
    parsed = outline(made[1])

    assert not parsed.wrong
    assert not parsed.stack
    assert len(parsed.ids) == len(set(parsed.ids))


def test_no_ratio_stands_without_interval_or_the_words(made: tuple[str, Path]) -> None:
    text = words(made[1])
    naked = re.findall(rf"\S+ \d[\d.,]*×(?!{NO_INTERVAL})(?! baseline).{{0,30}}", text)

    assert not naked


def test_nothing_reads_nan_or_none(made: tuple[str, Path]) -> None:
    assert not re.search(r"\b(nan|None(?!:)|inf)\b", words(made[1]))


def test_every_table_gives_an_interval_or_a_reason(made: tuple[str, Path]) -> None:
    for table, column, text, empty, value in cells(made[1].parent):
        if column and value is not None:
            assert re.search(r"\[|one block|blocks, no interval", text), (table, text)
        if empty:
            assert len(text) > 3, table


def cells(directory: Path) -> Iterator[tuple[str, bool, str, bool, float | None]]:
    run = index.of(bench.load(directory))
    tables: list[Table] = [*page.cases.of_run(run)]
    for number, workload in enumerate(run.workloads):
        tables += [chart.table for chart in page.charts_of(run, workload, f"w{number}")]
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
    ],
)
def test_says_what_happened(name: str, said: str, tmp_path: Path) -> None:
    path = reports.write([runs.write(tmp_path / "run", SHAPES[name])])

    assert said.lower() in words(path).lower()


def test_a_million_failures_with_long_messages_stay_small(tmp_path: Path) -> None:
    def failing(trial: TrialResult) -> TrialResult:
        return runs.all_failed(trial, 8_000)

    shape = Shape(workloads=("nap", "sums"), change=failing, levels=(1, 8, 16), rounds=4)
    directory = runs.write(tmp_path / "run", shape)
    recorded = sum(turn.errors for trial in bench.load(directory).stored.trials for turn in trial.turns)
    path = reports.write([directory])

    assert recorded >= 1_000_000
    assert path.stat().st_size < 1_000_000


def test_six_workloads_six_runners_four_concurrencies_fit_two_megabytes_and_ids_stay_unique(tmp_path: Path) -> None:
    shape = Shape(
        workloads=("nap", "sums", "files", "pages", "queue", "locks"), runners=(*runs.RUNNERS, "gevent"),
        levels=(1, 4, 16, 64), rounds=16, twins=True,
    )  # fmt: skip
    path = reports.write([runs.write(tmp_path / "run", shape)])

    assert path.stat().st_size < 2_000_000
    parsed = outline(path)
    assert len(parsed.ids) == len(set(parsed.ids))


def test_the_baseline_may_be_a_runner_that_never_ran(tmp_path: Path) -> None:
    shape = replace(SHAPES["without uvloop"], workloads=("nap",))
    path = reports.write([runs.write(tmp_path / "run", shape)], baseline="uvloop")

    assert "no uvloop here: uvloop is not installed" in words(path)
