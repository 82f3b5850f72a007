"""What goes wrong on the user's side, through the real command: named, kept, and never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command import ROOT, alive, bench, environment
from tests.support.workloads import STRANGERS

FEW = ("-c", "1", "--blocks", "1", "--budget", "1s", "--timeout", "2s", "--seed", "1")


def cases(out: str) -> dict[tuple[str, str], dict[str, object]]:
    return {(case["workload"], case["runner"]): case for case in json.loads(out)["cases"]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "htp"], ["unknown workload 'htp'", "did you mean 'http'"]),
        (["run", "-r", "uvlop"], ["unknown runner 'uvlop'", "did you mean 'uvloop'"]),
        (["run", "http", "--set", "http.body_byte=1"], ["'body_byte'", "did you mean 'body_bytes'"]),
        (["run", "http", "--set", "http.body_bytes=much"], ["http.body_bytes=much", "int"]),
        (["run", "http", "--set", "body_bytes=1"], ["WORKLOAD.PARAMETER=VALUE"]),
        (["run", "sleep", "--set", "http.body_bytes=1"], ["not part of this run"]),
        (["run", "--budget", "soon"], ["'soon'", "90s"]),
        (["run", "-c", "0"], ["'0'", "1,8,64"]),
        (["run", "--baseline", "threads", "-r", "sync"], ["unknown baseline 'threads'"]),
        (["run", "--bugdet", "3s"], ["--bugdet", "--budget"]),
        (["run", "nowhere.py"], ["nowhere.py", "no such file"]),
        (["run", str(STRANGERS / "broken_syntax.py")], ["broken_syntax.py", "line 1"]),
        (["show", "yesterday"], ["no run 'yesterday'"]),
        (["report", "a", "b", "c"], ["at most two"]),
        (["frobnicate"], ["frobnicate"]),
    ],
    ids=lambda value: " ".join(value)[-40:],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments: list[str], words: list[str], tmp_path: Path) -> None:
    done = bench(*arguments, cwd=tmp_path)

    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert done.err.startswith("error: ")
    assert not done.out
    for word in words:
        assert word in done.err


def test_ops_that_raise_are_counted_and_shown_and_withhold_the_verdict(tmp_path: Path) -> None:
    done = bench("run", STRANGERS / "raises.py", "-r", "sync,threads", *FEW, "-o", tmp_path, "--json")

    case = cases(done.out)["raises", "sync"]
    ops, errors = case["ops"], case["errors"]
    assert isinstance(ops, int)
    assert isinstance(errors, int)
    assert errors / (ops + errors) == pytest.approx(1 / 3, abs=0.02)
    assert "errors" in str(case["findings"])
    assert "every third op fails" in done.err
    assert done.code == 0


def test_a_case_with_only_errors_has_failed_with_the_first_message(tmp_path: Path) -> None:
    done = bench(
        "run", STRANGERS / "raises.py", "--set", "raises.every=1", "-r", "sync", *FEW, "-o", tmp_path, "--json"
    )

    case = cases(done.out)["raises", "sync"]
    assert case["status"] == "failed"
    assert "every third op fails" in str(case["reason"])
    assert case["throughput_per_s"] is None
    assert done.code == 1


def test_a_killed_and_a_hung_trial_fail_alone_with_their_last_words(tmp_path: Path) -> None:
    done = bench("run", STRANGERS / "dies.py", "-r", "sync,threads,asyncio", *FEW, "-o", tmp_path, "--json")

    found = cases(done.out)
    assert found["dies", "sync"]["status"] == "measured"
    assert found["dies", "threads"]["status"] == "failed"
    assert "SIGKILL" in str(found["dies", "threads"]["reason"])
    assert "about to be killed" in str(found["dies", "threads"]["reason"])
    assert found["dies", "asyncio"]["status"] == "failed"
    assert "no answer within 2 s" in str(found["dies", "asyncio"]["reason"])
    assert alive(str(tmp_path)) == []


def test_a_fixture_that_does_not_start_fails_its_workload_with_its_words_and_the_rest_runs(tmp_path: Path) -> None:
    done = bench("run", STRANGERS / "no_server.py", "sleep", "-r", "sync", *FEW, "-o", tmp_path, "--json")

    found = cases(done.out)
    assert found["no_server", "sync"]["status"] == "failed"
    assert "the database is not installed" in str(found["no_server", "sync"]["reason"])
    assert found["sleep", "sync"]["status"] == "measured"


def test_a_missing_form_is_not_provided_and_chatter_breaks_nothing(tmp_path: Path) -> None:
    done = bench("run", STRANGERS / "blocking_only.py", "-r", "sync,asyncio", *FEW, "-o", tmp_path, "--json")

    found = cases(done.out)
    assert found["blocking_only", "sync"]["status"] == "measured"
    assert found["blocking_only", "asyncio"]["status"] == "not provided"
    assert "chatter" not in done.out


def test_a_limit_of_the_machine_is_said_in_its_words(tmp_path: Path) -> None:
    done = bench("run", STRANGERS / "hungry.py", "-r", "sync", *FEW, "-o", tmp_path, "--json")

    assert "file descriptor limit reached" in str(cases(done.out)["hungry", "sync"]["reason"])


def test_too_many_processes_are_over_limit_and_the_cell_says_why(tmp_path: Path) -> None:
    arguments = ("-r", "sync,processes", "-c", "4096", "--blocks", "1", "--budget", "1s", "-o", tmp_path, "--json")
    done = bench("run", "sleep", *arguments)

    case = cases(done.out)["sleep", "processes"]
    assert case["status"] == "over limit"
    assert "at most 8 per CPU" in str(case["reason"])


def test_results_that_cannot_be_written_are_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    done = bench("run", "sleep", "-r", "sync", *FEW, "-o", tmp_path / "file" / "results")

    assert done.code == 2
    assert "cannot write" in done.err.splitlines()[-1]
    assert "-o" in done.err.splitlines()[-1]
    assert "Traceback" not in done.err


def test_a_full_disk_is_a_clear_error_and_earlier_bouts_stay_intact(tmp_path: Path) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000));"
        "from bench.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["run", "sleep", "-r", "sync,threads", "-c", "1", "--blocks", "40", "--budget", "40s", "-o", tmp_path]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, cwd=ROOT, env=environment(), timeout=90, check=False,
    )  # fmt: skip
    shown = bench("show", tmp_path / "latest", "--json")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("error: cannot write")
    assert "Traceback" not in done.stderr
    assert shown.code == 0
    assert shown.json()["stopped"].startswith("failed: cannot write")
    assert cases(shown.out)["sleep", "sync"]["status"] == "measured"


def test_a_bad_file_in_workloads_is_named_and_the_others_run(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "workloads", tmp_path / "workloads")
    shutil.copy(STRANGERS / "broken_syntax.py", tmp_path / "workloads")

    done = subprocess.run(
        [sys.executable, "-m", "bench", "run", "sleep", "-r", "sync", *FEW, "--json"],
        capture_output=True, text=True, cwd=tmp_path, env={**environment(), "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 0
    assert "left out: broken_syntax.py: line 1" in done.stderr


def test_a_strangers_file_dropped_into_workloads_runs_under_every_runner_with_no_other_edit(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "workloads", tmp_path / "workloads")
    shutil.copy(STRANGERS / "counting.py", tmp_path / "workloads")

    done = subprocess.run(
        [sys.executable, "-m", "bench", "run", "counting", "-c", "2", "--blocks", "1", "--budget", "1s", "--json"],
        capture_output=True, text=True, cwd=tmp_path, env={**environment(), "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        timeout=90, check=False,
    )  # fmt: skip

    found = cases(done.stdout)
    assert {status for case in found.values() if (status := case["status"]) != "unavailable"} == {"measured"}
    assert {runner for _, runner in found} >= {"sync", "threads", "processes", "asyncio"}
    page = (tmp_path / "results" / "latest" / "report.html").read_text()
    assert "counting" in page
    assert "Note every set-up and tear-down in a file" in page


def _started(tmp_path: Path, *more: str) -> subprocess.Popen[str]:
    """A long run in a process group of its own, returned once its first bout is stored."""
    arguments = ["run", "sleep", "noop", "-r", "sync,threads,processes", "-c", "1", "--blocks", "50", "--seed", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *arguments, "--budget", "60s", "-o", str(tmp_path), *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**environment(), "DEADHEAT_TEST": str(tmp_path)},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (tmp_path / "latest" / "trials.jsonl").exists():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def _stops_within(process: subprocess.Popen[str], tmp_path: Path, seconds: float) -> float:
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
    process = _started(tmp_path)
    process.send_signal(number)
    took_s = _stops_within(process, tmp_path, 2)
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
    process = _started(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)

    deadline = time.monotonic() + 5
    while (left := alive(str(tmp_path))) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert left == []
    assert bench("show", tmp_path / "latest", cwd=tmp_path).code == 0


def test_a_run_that_is_still_written_is_not_continued_by_another_process(tmp_path: Path) -> None:
    process = _started(tmp_path)
    second = bench("run", "--resume", "latest", "-o", tmp_path)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    assert second.code == 2
    assert "another bench run is writing this run; wait until it ends" in second.err.splitlines()[-1]
    assert bench("show", tmp_path / "latest").code == 0


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
    assert bench("run", mine, "-r", "sync", *FEW[:3], "2", *FEW[4:], "-o", tmp_path).code == 0
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
