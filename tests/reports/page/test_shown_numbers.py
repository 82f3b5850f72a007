"""Every number on the page is that of the summary, which is that of ``bench show --json``."""

from __future__ import annotations

import csv
import html
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

import bench
import reports
from bench.judge import metrics, sentences
from bench.model import Estimate
from bench.results import document
from reports.charts import forest
from reports.numbers import units
from tests.support.pages import opened
from tests.support.synthetic import RUNNERS

MS = 1e-3
THROUGHPUT = "Throughput of every case"
LATENCY = "Latency and lag of every case"
RESOURCES = "Memory, CPU and start-up of every case"


Row = dict[str, str]
"""Heading -> text."""
Lines = dict[tuple[str, str, str], dict[str, str]]
"""(workload, concurrency, runner) -> a line of a CSV."""


class Tables(HTMLParser):
    """Caption -> rows. A cell is found by its heading, as a reader finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[Row]] = {}
        self._caption = ""
        self._rows: list[list[str]] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._caption, self._rows = "", []
        if tag == "tr":
            self._rows.append([])
        if tag in {"td", "th"}:
            self._rows[-1].append("")
        if tag in {"caption", "td", "th"}:
            self._within = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in {"caption", "thead", "table"}:
            self._within = ""
        if tag == "table":
            titles, *rows = [[text.strip() for text in row] for row in self._rows]
            self.found.setdefault(self._caption, []).extend(dict(zip(titles, row, strict=False)) for row in rows)

    def handle_data(self, data: str) -> None:
        if self._within == "caption":
            self._caption += data
        elif self._within:
            self._rows[-1][-1] += data


@pytest.fixture(scope="module")
def shown(report: Path) -> dict[str, list[Row]]:
    parsed = Tables()
    parsed.feed(report.read_text(encoding="utf-8"))
    return parsed.found


@pytest.fixture(scope="module")
def told(report: Path) -> dict[str, Any]:
    run = bench.load(report.parent)
    return document.of_run(run.stored, run.summary)


def estimate(told: dict[str, Any] | None) -> Estimate | None:
    return None if told is None else Estimate(told["value"], told["low"], told["high"], told["blocks"])


def case_rows(shown: dict[str, list[Row]], caption: str) -> dict[tuple[str, int, str], Row]:
    whole = next(name for name in shown if name.startswith(caption))
    return {(row["workload"], int(row["C"]), row["runner"]): row for row in shown[whole]}


@pytest.fixture(scope="module")
def exact(report: Path) -> Lines:
    """The CSV of every case that is linked on the page."""
    text = re.search(r'download="cases.csv" href="data:text/csv;charset=utf-8,([^"]*)"', report.read_text("utf-8"))
    assert text
    lines = csv.DictReader(io.StringIO(unquote(html.unescape(text[1]))))
    return {(line["workload"], line["concurrency"], line["runner"]): line for line in lines}


@pytest.mark.parametrize(
    ("caption", "column", "path", "scale", "base"),
    [
        (THROUGHPUT, "throughput_per_s", ["throughput_per_s"], units.rate_scale, 1.0),
        (LATENCY, "latency_p50_ms", ["latency_ms", "p50"], units.seconds_scale, MS),
        (LATENCY, "latency_p90_ms", ["latency_ms", "p90"], units.seconds_scale, MS),
        (LATENCY, "latency_p99_ms", ["latency_ms", "p99"], units.seconds_scale, MS),
        (LATENCY, "latency_p99_9_ms", ["latency_ms", "p99_9"], units.seconds_scale, MS),
        (LATENCY, "latency_max_ms", ["latency_ms", "max"], units.seconds_scale, MS),
        (LATENCY, "lag_p50_ms", ["lag_ms", "p50"], units.seconds_scale, MS),
        (RESOURCES, "memory_bytes", ["memory_bytes"], units.bytes_scale, 1.0),
        (RESOURCES, "cpu_s_per_op", ["cpu_s_per_op"], units.seconds_scale, 1000.0),
        (RESOURCES, "cores_used", ["cores_used"], units.cores_scale, 1.0),
    ],
)
def test_every_estimate_of_a_case(
    shown: dict[str, list[Row]], exact: Lines, told: dict[str, Any], caption: str, column: str,
    path: list[str], scale: Any, base: float,
) -> None:  # fmt: skip
    rows = case_rows(shown, caption)
    compared = 0
    for case in told["cases"]:
        figure: Any = case
        for name in path:
            figure = figure[name]
        expected = estimate(figure)
        row = rows[case["workload"], case["concurrency"], case["runner"]]
        line = exact[case["workload"], str(case["concurrency"]), case["runner"]]
        if expected is None:
            assert line[column] == ""
            continue
        compared += 1
        assert row[metrics.named(column).title] == units.estimate(expected, scale, base)
        assert [float(line[f"{column}{end}"]) for end in ("", "_low", "_high")] == pytest.approx(
            [expected.value, expected.low, expected.high], rel=5e-6
        )

    assert compared > 5 or path[-1] == "p99_9"


def test_every_count_of_a_case(shown: dict[str, list[Row]], told: dict[str, Any]) -> None:
    rows = case_rows(shown, THROUGHPUT)
    for case in told["cases"]:
        row = rows[case["workload"], case["concurrency"], case["runner"]]
        numbers = [int(row[heading].replace(",", "")) for heading in ("workers", "turns", "ops", "failed")]
        assert numbers == [case["workers"], case["turns"], case["ops"], case["errors"]]


@pytest.mark.parametrize("baseline", RUNNERS)
def test_every_ratio_and_verdict_of_every_baseline(
    browser: Browser, report: Path, told: dict[str, Any], baseline: str
) -> None:
    with opened(browser, report) as page:
        page.select_option("#baseline", baseline)
        parsed = Tables()
        parsed.feed(page.content())
        heat = " ".join(page.inner_text(".heat").split())
        words = page.locator("[data-x=words]").all_text_contents()
        spoken = page.locator("[data-moves] [data-t]").evaluate_all("found => found.map(e => e.dataset.t)")
    pairs = [pair for pair in told["comparisons"] if pair["baseline"] == baseline]

    assert len(pairs) > 10
    for pair in pairs:
        caption = f"Throughput of {pair['workload']} relative to {baseline}"
        row = next(
            row for row in parsed.found[caption]
            if (int(row["C"]), row["runner"]) == (pair["concurrency"], pair["runner"])
        )  # fmt: skip
        ratio = estimate(pair["ratio"])
        assert ratio is not None
        said = sentences.ratio(ratio)
        assert (row["ratio to the baseline"], row["verdict"]) == (said, pair["verdict"])
        assert f"{said} {pair['verdict']}" in heat
        assert f"{forest.SIGNS[pair['verdict']]} {said.replace('×', '')}" in words
        assert f"{pair['runner']}, C = {pair['concurrency']}: {said} {baseline}, {pair['verdict']}" in spoken


def test_marks_of_a_moved_forest_lie_where_a_forest_drawn_for_that_baseline_has_them(
    browser: Browser, report: Path, tmp_path: Path
) -> None:
    places = """() => [...document.querySelectorAll('[data-moves] svg.chart')].map(svg => [
        ...svg.querySelectorAll('[data-t], [data-x=tick], text')].map(e => [e.textContent, +e.getAttribute('x')]))"""
    lines = """() => [...document.querySelectorAll('[data-moves] svg.chart [data-x]')].filter(e => e.tagName === 'path')
        .map(e => { const box = e.getBBox(); return [e.dataset.x, box.x, box.width]; })"""
    drawn = reports.write([report.parent], tmp_path / "drawn.html", "uvloop")
    with opened(browser, report) as page:
        page.select_option("#baseline", "uvloop")
        moved = page.evaluate(places), page.evaluate(lines)
    with opened(browser, drawn) as page:
        expected = page.evaluate(places), page.evaluate(lines)

    for ours, theirs in zip(moved[0], expected[0], strict=True):
        assert sorted(text for text, _ in ours) == sorted(text for text, _ in theirs)
        assert sorted(x for _, x in ours) == pytest.approx(sorted(x for _, x in theirs), abs=0.6)
    for (name, *ours), (other, *theirs) in zip(moved[1], expected[1], strict=True):
        assert name == other
        assert ours == pytest.approx(theirs, abs=0.3), name


def test_the_noise_floor_is_shown_apart(shown: dict[str, list[Row]], told: dict[str, Any]) -> None:
    identical = shown["Ratios of identical contestants"]
    rows = {row["workload"]: row["second copy over first"] for row in identical}
    expected = {entry["workload"]: estimate(entry["ratio"]) for entry in told["noise_floor"]}

    assert rows == {name: sentences.ratio(ratio) for name, ratio in expected.items() if ratio}
    assert rows
