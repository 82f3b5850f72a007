"""Every number on the page is that of the summary, which is that of ``bench show --json``."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import bench
from bench.judge import sentences
from bench.model import Estimate
from bench.results import document
from reports.numbers import units

MS = 1e-3
THROUGHPUT = "Throughput of every case"
LATENCY = "Latency and lag of every case"
RESOURCES = "Memory, CPU and start-up of every case"
LARGEST = "largest [range of the blocks' largest]"


Row = dict[str, tuple[str, str | None]]
"""Heading -> text and data-v."""


class Tables(HTMLParser):
    """Caption -> rows. A cell is found by its heading, as a reader finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[Row]] = {}
        self._caption = ""
        self._rows: list[list[tuple[str, str | None]]] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._caption, self._rows = "", []
        if tag == "tr":
            self._rows.append([])
        if tag in {"td", "th"}:
            self._rows[-1].append(("", dict(attrs).get("data-v")))
        if tag in {"caption", "td", "th"}:
            self._within = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in {"caption", "thead", "table"}:
            self._within = ""
        if tag == "table":
            headings, *rows = [[(text.strip(), value) for text, value in row] for row in self._rows]
            titles = [title for title, _ in headings]
            self.found.setdefault(self._caption, []).extend(dict(zip(titles, row, strict=False)) for row in rows)

    def handle_data(self, data: str) -> None:
        if self._within == "caption":
            self._caption += data
        elif self._within:
            text, value = self._rows[-1][-1]
            self._rows[-1][-1] = (text + data, value)


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
    return {(row["workload"][0], int(row["C"][0]), row["runner"][0]): row for row in shown[caption]}


@pytest.mark.parametrize(
    ("caption", "heading", "path", "scale", "base"),
    [
        (THROUGHPUT, "typical rate", ["throughput_per_s"], units.rate_scale, 1.0),
        (LATENCY, "p50", ["latency_ms", "p50"], units.seconds_scale, MS),
        (LATENCY, "p90", ["latency_ms", "p90"], units.seconds_scale, MS),
        (LATENCY, "p99", ["latency_ms", "p99"], units.seconds_scale, MS),
        (LATENCY, "p99.9", ["latency_ms", "p99_9"], units.seconds_scale, MS),
        (LATENCY, LARGEST, ["latency_ms", "max"], units.seconds_scale, MS),
        (LATENCY, "lag, p50", ["lag_ms", "p50"], units.seconds_scale, MS),
        (RESOURCES, "memory, most", ["memory_bytes"], units.bytes_scale, 1.0),
        (RESOURCES, "CPU time per 1,000 ops", ["cpu_s_per_op"], units.seconds_scale, 1000.0),
        (RESOURCES, "cores used", ["cores_used"], units.cores_scale, 1.0),
    ],
)
def test_every_estimate_of_a_case(
    shown: dict[str, list[Row]], told: dict[str, Any], caption: str, heading: str,
    path: list[str], scale: Any, base: float,
) -> None:  # fmt: skip
    rows = case_rows(shown, caption)
    compared = 0
    for case in told["cases"]:
        figure: Any = case
        for name in path:
            figure = figure[name]
        expected = estimate(figure)
        text, value = rows[case["workload"], case["concurrency"], case["runner"]][heading]
        if expected is None:
            assert value is None
            continue
        compared += 1
        assert text == units.estimate(expected, scale, base)
        assert float(value or text) == pytest.approx(expected.value, rel=5e-6)

    assert compared > 5 or path[-1] == "p99_9"


def test_every_count_of_a_case(shown: dict[str, list[Row]], told: dict[str, Any]) -> None:
    rows = case_rows(shown, THROUGHPUT)
    for case in told["cases"]:
        row = rows[case["workload"], case["concurrency"], case["runner"]]
        numbers = [int(row[heading][0].replace(",", "")) for heading in ("workers", "turns", "ops", "failed")]
        assert numbers == [case["workers"], case["turns"], case["ops"], case["errors"]]


def test_every_ratio_and_verdict_of_every_baseline(shown: dict[str, list[Row]], told: dict[str, Any]) -> None:
    assert told["comparisons"]
    for pair in told["comparisons"]:
        caption = f"Throughput of {pair['workload']} relative to {pair['baseline']}"
        row = next(
            row for row in shown[caption]
            if (int(row["C"][0]), row["runner"][0]) == (pair["concurrency"], pair["runner"])
        )  # fmt: skip
        ratio = estimate(pair["ratio"])
        assert ratio is not None
        text, value = row[f"ratio to {pair['baseline']}"]
        assert text == sentences.ratio(ratio)
        assert float(value or 0) == pytest.approx(ratio.value, rel=5e-6)
        assert row["verdict"][0] == (pair["verdict"] or "no verdict")


def test_the_heat_table_shows_the_same_ratios(report: Path, told: dict[str, Any]) -> None:
    text = " ".join(re.sub(r"<[^>]+>", " ", report.read_text(encoding="utf-8")).split())
    for pair in told["comparisons"]:
        ratio = estimate(pair["ratio"])
        assert ratio is not None
        assert f"{sentences.ratio(ratio)} {pair['verdict']}" in text


def test_the_noise_floor_is_shown_apart(shown: dict[str, list[Row]], told: dict[str, Any]) -> None:
    identical = shown["Ratios of identical contestants"]
    rows = {row["workload"][0]: row["second copy over first"][0] for row in identical}
    expected = {entry["workload"]: estimate(entry["ratio"]) for entry in told["noise_floor"]}

    assert rows == {name: sentences.ratio(ratio) for name, ratio in expected.items() if ratio}
    assert rows
