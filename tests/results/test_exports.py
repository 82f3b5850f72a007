"""Every format says what the run says, in its own way."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from bench.judge import analysis, metrics
from bench.results import exports
from tests.support.command import ROOT, bench
from tests.support.synthetic import run, spec, trial


@pytest.mark.parametrize("name", exports.names())
def test_a_format_writes_any_run(name: str) -> None:
    for stored in (run(), run(blocks=1), run(twin=lambda block: trial("sync", block, copy=2))):
        text = exports.load(name).write(stored, analysis.summarise(stored))

        assert "threads" in text
        assert text.endswith("\n")


def test_csv_carries_every_metric_in_full() -> None:
    stored = run()
    summary = analysis.summarise(stored)
    rows = list(csv.DictReader(io.StringIO(exports.load("csv").write(stored, summary))))

    assert [row["runner"] for row in rows] == ["sync", "threads", "asyncio"]
    for row, case in zip(rows, summary.cases, strict=True):
        for metric in metrics.ALL:
            value = case.value(metric.name)
            assert row[metric.name] == "" if value is None else float(row[metric.name]) == pytest.approx(value)


def test_markdown_shows_names_as_they_are() -> None:
    stored = run(workload=spec("a|b", label="a|b *c*"))
    text = exports.load("markdown").write(stored, analysis.summarise(stored))

    assert r"### a\|b \*c\*" in text


def test_the_command_writes_a_file_or_stdout_and_names_the_formats(tmp_path: Path) -> None:
    example = ROOT / "results" / "example"
    shown = bench("export", example, "--to", "csv")
    written = bench("export", example, "--to", "markdown", "-o", tmp_path / "table.md")
    unknown = bench("export", example, "--to", "xml")

    assert shown.out.startswith("workload,")
    assert "| C | runner |" in (tmp_path / "table.md").read_text(encoding="utf-8")
    assert (written.code, written.out) == (0, "")
    assert unknown.code == 2
    assert "csv, markdown" in unknown.err
