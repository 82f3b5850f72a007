"""A slip of the hand is one line that says what was probably meant; nothing is started by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import ROOT, called

FORMAT_1 = ROOT / "tests" / "results" / "format-1"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["name a command", "`bench run`", "`bench --help`"]),
        (["lsit"], ["unknown command 'lsit'", "did you mean 'list'?"]),
        (["http", "-c", "8"], ["unknown command 'http'", "`bench run NAME`"]),
        (["run", "-c", "1", "8", "sleep"], ["'8' is a number and no workload", "-c 1,8,64"]),
        (["run", "sleep,http"], ["workloads are words of their own; write sleep http"]),
        (["run", "workloads/"], ["'workloads/' is a directory", "workloads/*.py"]),
        (["run", ""], ["a name is empty"]),
        (["run", "-c", "99999999999999999999"], ["at most 100,000 workers"]),
        (["run", "-c", "9" * 5000], ["at most 100,000 workers"]),
        (["run", "-c", "²"], ["'²' is not a list of numbers of workers"]),
        (["run", "-c", "1,,x"], ["write 1,8,64"]),
        (["run", "-r", ""], ["'' names none", "leave the option out"]),
        (["run", "-r", " , "], ["names none"]),
        (["run", "-o", ""], ["it is empty; write the path of a directory"]),
        (["run", "-o", "--json"], ["'--json' is an option in its place"]),
        (["run", "--resume", ""], ["it is empty; write a run"]),
        (["run", "--baseline", " "], ["it is empty; write the name of a runner"]),
        (["run", "--blocks", "0"], ["0 is not in the range 1<=x<=1000"]),
        (["run", "--budget", "0"], ["'0' is not a length of time; write 90s"]),
        (["run", "--budget", "9" * 400], ["is not a length of time"]),
        (["run", "--budget", "721h"], ["'721h' is longer than 720h"]),
        (["run", "--timeout", "1ms"], ["'1ms' is too short, a fresh process needs 1s to start"]),
        (["run", "--load", "batch"], ["how many ops: --batch 1000"]),
        (["run", "--batch", "5", "--load", "closed"], ["a load of its own"]),
        (["run", "--cold"], ["--batch 1000 --cold"]),
        (["run", "--batch", "0"], ["0 is not in the range"]),
        (["run", "--precision", "nan"], ["not a share between 0 and 100 %"]),
        (["show", str(ROOT / "results")], ["is not a run but holds some; name one of them", "example"]),
        (["show", str(FORMAT_1), "--baseline", "tread"], ["did you mean 'threads'?", "this run has: sync, threads"]),
        (["show", str(FORMAT_1), "--baseline", "x", "--json"], ["unknown baseline 'x'"]),
        (["show", ""], ["it is empty; write a run"]),
        (["report", "-o", ""], ["it is empty; write the path of a file"]),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_slip_is_one_line_with_what_was_meant(
    arguments: list[str], words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = called(*arguments)

    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert done.err.startswith("error: ")
    for word in words:
        assert word in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["run.json", "trials.jsonl"])
def test_a_file_of_a_run_stands_for_the_run(name: str) -> None:
    assert called("show", FORMAT_1 / name).out == called("show", FORMAT_1).out


@pytest.mark.parametrize("arguments", [["run", "--dry-run", "-o"], ["doctor", "-o"], ["report", "-o"]])
def test_a_link_to_itself_is_no_place_to_write_to(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")

    done = called(*arguments, tmp_path / "loop")

    assert (done.code, done.out) == (2, "")
    assert "is a link that leads to itself" in done.err


def test_a_self_check_that_could_not_keep_its_certificate_is_refused_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = called("selfcheck", "-o", tmp_path / "file" / "results")

    assert done.code == 2
    assert done.err.startswith("error: Not a directory: ")
