"""How a run ends - precise enough, interrupted, killed - and how it is taken up again, through the real command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command import ROOT, alive, bench, environment


def started(tmp_path: Path) -> subprocess.Popen[str]:
    """A long run, returned once its first bout is stored."""
    arguments = ["run", "sleep", "noop", "-r", "sync,threads,processes", "-c", "1", "--blocks", "50", "--seed", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *arguments, "--budget", "60s", "-o", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**environment(), "DEADHEAT_TEST": str(tmp_path)},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (tmp_path / "latest" / "trials.jsonl").exists():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def stops_within(process: subprocess.Popen[str], tmp_path: Path, seconds: float) -> float:
    """Seconds until nothing of the run measures any more."""
    began = time.monotonic()
    while [line for line in alive(str(tmp_path)) if "bench.trial" in line]:
        assert time.monotonic() - began < seconds + 20
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_within_2_s_keeps_and_reports_what_is_finished(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = started(tmp_path)
    process.send_signal(number)
    took_s = stops_within(process, tmp_path, 2)
    out, err = process.communicate(timeout=60)

    assert took_s < 2
    assert process.returncode == 130, err
    run = json.loads((tmp_path / "latest" / "run.json").read_text())
    assert run["stopped"] == "interrupted"
    assert "sleep, 1 worker" in out or "noop, 1 worker" in out
    assert "--resume" in err
    assert (tmp_path / "latest" / "report.html").exists()
    assert alive(str(tmp_path)) == []


def test_kill_9_of_the_parent_leaves_no_orphan(tmp_path: Path) -> None:
    process = started(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)

    deadline = time.monotonic() + 5
    while (left := alive(str(tmp_path))) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert left == []
    assert bench("show", tmp_path / "latest", cwd=tmp_path).code == 0


def test_a_run_that_is_still_written_is_not_continued_by_another_process(tmp_path: Path) -> None:
    process = started(tmp_path)
    second = bench("run", "--resume", "latest", "-o", tmp_path)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    assert second.code == 2
    assert "another bench run is writing this run; wait until it ends" in second.err.splitlines()[-1]
    assert bench("show", tmp_path / "latest").code == 0


def test_the_run_says_why_it_stopped(tmp_path: Path) -> None:
    few = ("-r", "sync,threads", "-c", "1", "--budget", "1s", "-o", tmp_path)
    reached = bench("run", "sleep", "--precision", "90%", *few)
    ended = bench("run", "sleep", "--precision", "0.0001%", *few)

    assert "precision ±90.0% was reached after 6 blocks" in reached.out
    assert "the budget ended after" in ended.out


def test_resume_continues_the_same_plan_and_then_has_nothing_left(tmp_path: Path) -> None:
    few = ("-r", "sync,threads", "-c", "1", "--blocks", "3", "--budget", "3s", "--seed", "5", "-o", tmp_path)
    first = bench("run", "sleep", *few)
    assert first.code == 0
    trials = tmp_path / "latest" / "trials.jsonl"
    lines = trials.read_text().splitlines(keepends=True)
    trials.write_text("".join(lines[:3]) + lines[3][:40])  # one bout (with its twin) and a line that a crash cut short

    resumed = bench("run", "--resume", "latest", "-o", tmp_path, "--json")
    again = bench("run", "--resume", "latest", "-o", tmp_path)

    assert resumed.code == 0, resumed.err
    assert resumed.json()["seed"] == 5
    assert trials.read_text().startswith("".join(lines[:3]))
    assert sorted(json.loads(line)["block"] for line in trials.read_text().splitlines()) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert again.code == 2
    assert "complete" in again.err


def test_resume_refuses_when_the_environment_or_the_workload_changed_and_says_why(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text((ROOT / "workloads" / "sleep.py").read_text())
    few = ("-r", "sync", "-c", "1", "--blocks", "2", "--budget", "1s", "--seed", "1", "-o", tmp_path)
    assert bench("run", mine, *few).code == 0
    run_json = tmp_path / "latest" / "run.json"
    trials = tmp_path / "latest" / "trials.jsonl"
    trials.write_text(trials.read_text().splitlines(keepends=True)[0])

    mine.write_text(mine.read_text() + "\n# changed\n")
    changed_source = bench("run", "--resume", "latest", "-o", tmp_path)
    run_json.write_text(run_json.read_text().replace('"cpus": ', '"cpus": 10'))
    changed_machine = bench("run", "--resume", "latest", "-o", tmp_path)
    with_options = bench("run", "--resume", "latest", "-o", tmp_path, "-c", "4")

    assert changed_source.code == 2
    assert "mine.py has changed" in changed_source.err
    assert "cpus: 10" in changed_machine.err
    assert "leave out: concurrency" in with_options.err
