"""What goes wrong on the user's side, through the real command: named, kept, and never a traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.command import ROOT, Done, alive, bench, environment, python
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
        (["report", "a", "b", "c"], ["one run or two", "--against"]),
        (["report", "--against", "a", "b"], ["name the runs", "--against OLD"]),
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
    arguments = ["run", "sleep", "-r", "sync,threads", "-c", "1", "--blocks", "40", "--budget", "40s"]
    done = python("-c", code, *arguments, "-o", tmp_path)
    shown = bench("show", tmp_path / "latest", "--json")

    assert done.code == 2
    assert done.err.splitlines()[-1].startswith("error: cannot write")
    assert "Traceback" not in done.err
    assert shown.code == 0
    assert shown.json()["stopped"].startswith("failed: cannot write")
    assert cases(shown.out)["sleep", "sync"]["status"] == "measured"


def dropped_in(directory: Path, stranger: str, *arguments: str) -> Done:
    """Run from a directory whose ``workloads/`` are ours and a stranger's file."""
    shutil.copytree(ROOT / "workloads", directory / "workloads")
    shutil.copy(STRANGERS / stranger, directory / "workloads")
    return bench("run", *arguments, "--json", cwd=directory, env=environment(directory))


def test_a_bad_file_in_workloads_is_named_and_the_others_run(tmp_path: Path) -> None:
    done = dropped_in(tmp_path, "broken_syntax.py", "sleep", "-r", "sync", *FEW)

    assert done.code == 0
    assert "left out: broken_syntax.py: line 1" in done.err


def test_a_strangers_file_dropped_into_workloads_runs_under_every_runner_with_no_other_edit(tmp_path: Path) -> None:
    done = dropped_in(tmp_path, "counting.py", "counting", "-c", "2", "--blocks", "1", "--budget", "1s")

    found = cases(done.out)
    assert {status for case in found.values() if (status := case["status"]) != "unavailable"} == {"measured"}
    assert {runner for _, runner in found} >= {"sync", "threads", "processes", "asyncio"}
    page = (tmp_path / "results" / "latest" / "report.html").read_text()
    assert "counting" in page
    assert "Note every set-up and tear-down in a file" in page
