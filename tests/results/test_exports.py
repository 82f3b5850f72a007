"""Every format says what the run says, in its own way."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pyperf
import pytest

from bench.judge import analysis, metrics
from bench.results import exports, store
from tests.support.command import ROOT, bench, environment, python
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
    assert "csv, github-action-benchmark, hyperfine, markdown" in unknown.err


def of_example(name: str, directory: Path) -> Path:
    path = directory / "exported"
    assert bench("export", ROOT / "results" / "example", "--to", name, "-o", path).code == 0
    return path


def test_pyperf_reads_what_is_written_for_it(tmp_path: Path) -> None:
    path = of_example("pyperf", tmp_path)
    suite = pyperf.BenchmarkSuite.load(str(path))
    told = python("-m", "pyperf", "compare_to", path, path)
    case = analysis.summarise(store.read(ROOT / "results" / "example")).cases[0]
    found = suite.get_benchmark(f"{case.workload}[{case.runner},c={case.concurrency}]")

    assert told.code == 0, told.err
    assert found.get_nrun() == case.blocks
    assert found.median() == pytest.approx(1 / case.value("throughput_per_s"), rel=0.1)  # type: ignore[operator]


def test_pytest_benchmark_compares_what_is_written_for_it(tmp_path: Path) -> None:
    written = of_example("pytest-benchmark", tmp_path)
    path = written.with_suffix(".json")
    written.rename(path)
    told = python("-m", "pytest_benchmark", "compare", path, "--columns=min,median,ops,rounds")

    assert told.code == 0, told.err
    assert "http[uvloop,c=64]" in told.out


def test_hyperfine_bencher_and_the_action_get_the_schemas_they_read(tmp_path: Path) -> None:
    results = json.loads(of_example("hyperfine", tmp_path).read_text())["results"]
    bencher = json.loads(of_example("bmf", tmp_path).read_text())
    entries = json.loads(of_example("github-action-benchmark", tmp_path).read_text())

    for result in results:
        assert result.keys() >= {"command", "mean", "stddev", "median", "user", "system", "min", "max", "exit_codes"}
        assert result["min"] <= result["median"] <= result["max"]
        assert all(isinstance(value, str) for value in result["parameters"].values())
    for measures in bencher.values():
        assert measures.keys() >= {"throughput", "memory"}
        for told in measures.values():
            assert told["lower_value"] <= told["value"] <= told["upper_value"]
    assert {entry["unit"] for entry in entries} == {"ops/s"}
    assert len(entries) == len(bencher) == len(results)


def test_open_metrics_are_lines_of_gauges_with_escaped_labels() -> None:
    stored = run(workload=spec('a"b', label='a"b\\c'))
    lines = exports.load("openmetrics").write(stored, analysis.summarise(stored)).splitlines()
    sample = re.compile(r'deadheat_\w+\{workload="a\\"b\\\\c",runner="\w+",concurrency="1"(,bound="(low|high)")?\} \S+')

    assert lines[-1] == "# EOF"
    for line in lines[:-1]:
        assert line.startswith(("# HELP deadheat_", "# TYPE deadheat_")) or sample.fullmatch(line), line


def test_markdown_goes_to_the_summary_of_a_job_as_well(tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    done = bench("export", ROOT / "results" / "example", "--to", "markdown",
                 env={**environment(), "GITHUB_STEP_SUMMARY": str(page)})  # fmt: skip

    assert page.read_text(encoding="utf-8") == f"before\n{done.out}"
