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


class Tables(HTMLParser):
    """Caption -> rows of (text, data-v)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[tuple[str, str | None]]]] = {}
        self._caption = ""
        self._at = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "caption":
            self._caption = ""
        if tag == "tbody":
            self.found.setdefault(self._caption, [])
        if tag == "tr" and self._caption in self.found:
            self.found[self._caption].append([])
        if tag in {"td", "th"} and self._caption in self.found and self.found[self._caption]:
            self.found[self._caption][-1].append(("", dict(attrs).get("data-v")))
        if tag in {"caption", "td", "th"}:
            self._at = tag
        if tag == "thead":
            self._at = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"caption", "table"}:
            self._at = ""
        if tag == "table":
            self._caption = ""

    def handle_data(self, data: str) -> None:
        if self._at == "caption":
            self._caption += data
        elif self._at in {"td", "th"} and self.found.get(self._caption):
            cell = self.found[self._caption][-1][-1]
            self.found[self._caption][-1][-1] = (cell[0] + data, cell[1])


@pytest.fixture(scope="module")
def shown(report: Path) -> dict[str, list[list[tuple[str, str | None]]]]:
    parsed = Tables()
    parsed.feed(report.read_text(encoding="utf-8"))
    return parsed.found


@pytest.fixture(scope="module")
def told(report: Path) -> dict[str, Any]:
    run = bench.load(report.parent)
    return document.of_run(run.stored, run.summary)


def estimate(told: dict[str, Any] | None) -> Estimate | None:
    return None if told is None else Estimate(told["value"], told["low"], told["high"], told["blocks"])


def case_rows(
    shown: dict[str, list[list[tuple[str, str | None]]]], caption: str
) -> dict[tuple[str, int, str], list[tuple[str, str | None]]]:
    return {(row[0][0].strip(), int(row[1][0]), row[2][0].strip()): row[3:] for row in shown[caption]}


@pytest.mark.parametrize(
    ("caption", "place", "path", "scale", "base"),
    [
        ("Throughput of every case", 6, ["throughput_per_s"], units.rate_scale, 1.0),
        ("Latency and lag of every case", 1, ["latency_ms", "p50"], units.seconds_scale, MS),
        ("Latency and lag of every case", 2, ["latency_ms", "p90"], units.seconds_scale, MS),
        ("Latency and lag of every case", 3, ["latency_ms", "p99"], units.seconds_scale, MS),
        ("Latency and lag of every case", 4, ["latency_ms", "p99_9"], units.seconds_scale, MS),
        ("Latency and lag of every case", 5, ["latency_ms", "max"], units.seconds_scale, MS),
        ("Latency and lag of every case", 6, ["lag_ms", "p50"], units.seconds_scale, MS),
        ("Memory, CPU and start-up of every case", 0, ["memory_bytes"], units.bytes_scale, 1.0),
        ("Memory, CPU and start-up of every case", 1, ["cpu_s_per_op"], units.seconds_scale, 1000.0),
        ("Memory, CPU and start-up of every case", 2, ["cores_used"], units.cores_scale, 1.0),
    ],
)
def test_every_estimate_of_a_case(
    shown: dict[str, list[list[tuple[str, str | None]]]], told: dict[str, Any], caption: str, place: int,
    path: list[str], scale: Any, base: float,
) -> None:  # fmt: skip
    rows = case_rows(shown, caption)
    compared = 0
    for case in told["cases"]:
        figure: Any = case
        for name in path:
            figure = figure[name]
        expected = estimate(figure)
        text, value = rows[case["workload"], case["concurrency"], case["runner"]][place]
        if expected is None:
            assert value is None
            continue
        compared += 1
        assert text.strip() == units.estimate(expected, scale, base)
        assert float(value or text) == pytest.approx(expected.value, rel=5e-6)

    assert compared > 5 or path[-1] == "p99_9"


def test_every_count_of_a_case(shown: dict[str, list[list[tuple[str, str | None]]]], told: dict[str, Any]) -> None:
    rows = case_rows(shown, "Throughput of every case")
    for case in told["cases"]:
        row = rows[case["workload"], case["concurrency"], case["runner"]]
        numbers = [int(row[place][0].replace(",", "")) for place in (0, 3, 4, 5)]
        assert numbers == [case["workers"], case["turns"], case["ops"], case["errors"]]


def test_every_ratio_and_verdict_of_every_baseline(
    shown: dict[str, list[list[tuple[str, str | None]]]], told: dict[str, Any]
) -> None:
    assert told["comparisons"]
    for pair in told["comparisons"]:
        caption = f"Throughput of {pair['workload']} relative to {pair['baseline']}"
        row = next(
            row for row in shown[caption]
            if (int(row[0][0]), row[1][0].strip()) == (pair["concurrency"], pair["runner"])
        )  # fmt: skip
        ratio = estimate(pair["ratio"])
        assert ratio is not None
        assert row[2][0].strip() == sentences.ratio(ratio)
        assert float(row[2][1] or 0) == pytest.approx(ratio.value, rel=5e-6)
        assert row[3][0].strip() == (pair["verdict"] or "no verdict")


def test_the_heat_table_shows_the_same_ratios(report: Path, told: dict[str, Any]) -> None:
    text = " ".join(re.sub(r"<[^>]+>", " ", report.read_text(encoding="utf-8")).split())
    for pair in told["comparisons"]:
        ratio = estimate(pair["ratio"])
        assert ratio is not None
        assert f"{sentences.ratio(ratio)} {pair['verdict']}" in text


def test_the_noise_floor_is_shown_apart(
    shown: dict[str, list[list[tuple[str, str | None]]]], told: dict[str, Any]
) -> None:
    rows = {row[0][0].strip(): row[3][0].strip() for row in shown["Ratios of identical contestants"]}
    expected = {entry["workload"]: estimate(entry["ratio"]) for entry in told["noise_floor"]}

    assert rows == {name: sentences.ratio(ratio) for name, ratio in expected.items() if ratio}
    assert rows
