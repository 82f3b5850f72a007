"""Every format says what the run says, in its own way."""

from __future__ import annotations

import csv
import io
import json
import re
import statistics
from pathlib import Path
from typing import cast

import pandas as pd
import pyperf
import pytest

from bench.errors import UsageError
from bench.judge import analysis, metrics
from bench.model import StoredRun, Trace, TrialResult
from bench.results import exports, store
from tests.support.command import ROOT, bench, environment, python
from tests.support.synthetic import run, spec, trial

TRACE = Trace(100, 900, ((0, 400, 300), (50, 600)), ((1,), ()))


def traced(runner: str, block: int) -> TrialResult:
    """As a run stores it: in its first block."""
    return trial(runner, block, trace=TRACE if block == 0 else None)


@pytest.mark.parametrize("name", exports.names())
def test_a_format_writes_any_run(name: str) -> None:
    for stored in (run(traced), run(traced, blocks=1), run(traced, twin=lambda block: trial("sync", block, copy=2))):
        written = exports.load(name).write(stored, analysis.summarise(stored))

        if isinstance(written, bytes):
            assert b"threads" in written
        elif isinstance(written, str):
            assert "threads" in written
            assert written.endswith("\n")
        else:
            assert [file for file in written if "threads" in file]
            assert all(text.endswith("\n") for text in written.values())


def test_csv_carries_every_metric_in_full() -> None:
    stored = run()
    summary = analysis.summarise(stored)
    rows = list(csv.DictReader(io.StringIO(text_of("csv", stored))))

    assert [row["runner"] for row in rows] == ["sync", "threads", "asyncio"]
    for row, case in zip(rows, summary.cases, strict=True):
        for metric in metrics.ALL:
            value = case.value(metric.name)
            assert row[metric.name] == "" if value is None else float(row[metric.name]) == pytest.approx(value)


def text_of(name: str, stored: StoredRun) -> str:
    written = exports.load(name).write(stored, analysis.summarise(stored))
    assert isinstance(written, str)
    return written


def test_parquet_holds_what_csv_holds_with_types(tmp_path: Path) -> None:
    stored = run()
    (tmp_path / "run.parquet").write_bytes(
        cast("bytes", exports.load("parquet").write(stored, analysis.summarise(stored)))
    )

    found = pd.read_parquet(tmp_path / "run.parquet")

    pd.testing.assert_frame_equal(found, pd.read_csv(io.StringIO(text_of("csv", stored))))
    assert found["throughput_per_s"].dtype == "float64"


def test_hgrm_is_read_as_its_plotter_reads_it_and_agrees_with_the_summary(tmp_path: Path) -> None:
    """Lines of numbers, four to a line but for the last; all others are comments."""
    assert bench("export", ROOT / "results" / "example", "--to", "hgrm", "-o", tmp_path / "latency").code == 0
    cases = [case for case in analysis.summarise(store.read(ROOT / "results" / "example")).cases if case.copy == 1]

    for case in cases:
        if case["latency_p50_s"] is None:
            continue
        (file,) = (tmp_path / "latency").glob(f"{case.workload}-{case.runner}-c{case.concurrency}.hgrm")
        lines = [
            line.split() for line in file.read_text().splitlines() if line and not line.startswith(("#", " " * 7 + "V"))
        ]
        rows = [[float(field) for field in fields] for fields in lines if fields[0] != "Value"]
        assert all(len(row) == 4 for row in rows[:-1])
        assert rows[-1][1:] == [1.0, rows[-1][2]]
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)
        assert [row[2] for row in rows] == sorted(row[2] for row in rows)
        (half,) = (row[0] for row in rows if row[1] == 0.5)
        assert half == pytest.approx(case.value("latency_p50_s") * 1e3, rel=0.02, abs=0.001)  # type: ignore[operator]


def test_a_trace_has_a_lane_per_worker_in_which_ops_follow_each_other() -> None:
    told = json.loads(text_of("trace", run(traced)))["traceEvents"]
    slices = [event for event in told if event["ph"] == "X"]
    names = [event["args"]["name"] for event in told if event["name"] == "process_name"]

    assert names == ["work C=1 sync", "work C=1 threads", "work C=1 asyncio"]
    assert [(one["tid"], one["name"], one["ts"], one["dur"]) for one in slices if one["pid"] == 1] == [
        (0, "window", 0.1, 0.8), (1, "op", 0.0, 0.4), (2, "op", 0.05, 0.6), (1, "failed op", 0.4, 0.3),
    ]  # fmt: skip


def test_a_trace_stays_small() -> None:
    long = Trace(0, 10**6, ((0, *[1] * 20_000),), ((),))
    stored = run(lambda runner, block: trial(runner, block, trace=long))

    assert text_of("trace", stored).count('"op"') <= 20_000


def test_a_run_of_an_older_version_has_no_trace() -> None:
    with pytest.raises(UsageError, match="measure again"):
        exports.load("trace").write(run(), analysis.summarise(run()))


def test_bytes_and_many_files_are_not_written_to_a_terminal() -> None:
    example = ROOT / "results" / "example"
    for name, remedy in (("parquet", "-o run.parquet"), ("hgrm", "-o DIRECTORY")):
        done = bench("export", example, "--to", name)

        assert (done.code, done.out) == (2, "")
        assert remedy in done.err


def test_markdown_shows_names_as_they_are() -> None:
    stored = run(workload=spec("a|b", label="a|b *c*"))
    text = text_of("markdown", stored)

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
    assert "csv, github-action-benchmark, hgrm, hyperfine, markdown" in unknown.err


def of_example(name: str, directory: Path) -> Path:
    path = directory / "exported"
    assert bench("export", ROOT / "results" / "example", "--to", name, "-o", path).code == 0
    return path


def test_pyperf_reads_what_is_written_for_it(tmp_path: Path) -> None:
    path = of_example("pyperf", tmp_path)
    suite = pyperf.BenchmarkSuite.load(str(path))
    told = python("-m", "pyperf", "compare_to", path, path)
    run = store.read(ROOT / "results" / "example")
    case = analysis.summarise(run).cases[0]
    found = suite.get_benchmark(f"{case.workload}[{case.runner},c={case.concurrency}]")
    of_case = (case.workload, case.concurrency, case.runner, 1)
    per_op_s = [
        turn.window_s / turn.ops
        for trial in run.trials
        for turn in trial.turns
        if (trial.workload, trial.concurrency, trial.runner, trial.copy) == of_case
    ]

    assert told.code == 0, told.err
    assert found.get_nrun() == case.blocks
    assert found.median() == pytest.approx(statistics.median(per_op_s))


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
    lines = text_of("openmetrics", stored).splitlines()
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
