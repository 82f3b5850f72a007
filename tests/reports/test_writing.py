"""Same run, same bytes; an unchanged report draws nothing; mistakes are one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reports
from bench.cli.main import cli
from bench.errors import StoreError, UsageError
from tests.support import runs
from tests.support.command import bench, python

SMALL = runs.Shape(workloads=("nap",), levels=(1, 8), turns=2)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = runs.write(tmp_path_factory.mktemp("results") / "small", SMALL)
    reports.write([directory])
    return directory


def test_twice_the_same_run_twice_the_same_bytes(small: Path, tmp_path: Path) -> None:
    first = (small / "report.html").read_bytes()
    (small / ".charts.json").unlink()
    again = reports.write([small], tmp_path / "again.html").read_bytes()

    assert again == first


def test_an_unchanged_run_needs_neither_matplotlib_nor_pandas_and_starts_nothing(small: Path, tmp_path: Path) -> None:
    code = (
        "import sys, subprocess, reports; from pathlib import Path\n"
        "def never(*args, **kwargs): raise AssertionError('started a process')\n"
        "subprocess.Popen = never\n"
        "reports.write([Path(sys.argv[1])], Path(sys.argv[2]))\n"
        "print([name for name in ('matplotlib', 'pandas') if name in sys.modules])"
    )
    done = python("-c", code, small, tmp_path / "cached.html")

    assert done.out.strip() == "[]", done.err


def test_prints_the_path_and_nothing_else(small: Path) -> None:
    done = python("-m", "reports", small)

    assert (done.code, done.out, done.err) == (0, f"{small / 'report.html'}\n", "")


def test_it_says_how_far_it_is_when_asked_to(tmp_path: Path) -> None:
    run = runs.write(tmp_path / "again", SMALL)
    done = python("-m", "reports", run, "--progress")
    said = done.err.splitlines()
    counts = [re.fullmatch(r"drawing charts: (\d+) of (\d+)", line) for line in said[2:]]

    assert done.out == f"{run / 'report.html'}\n"
    assert said[0] == "reading again"
    assert re.fullmatch(r"drawing \d+ charts", said[1])
    assert [int(count[1]) for count in counts if count] == list(range(1, len(said) - 1))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nowhere"], "no run 'nowhere'"), (["{run}", "--baseline", "trio"], "no runner 'trio'"),
     (["{run}", "-o", "/nowhere/report.html"], "cannot write /nowhere/report.html"),
     (["{run}", "{run}", "{run}"], "3 were given"), (["{run}", "{run}"], "are the same run"),
     (["{run}", "--against", "{run}", "--baseline", "sync"], "leave out --baseline")],
)  # fmt: skip
def test_mistakes_are_one_line(small: Path, arguments: list[str], said: str) -> None:
    done = python("-m", "reports", *(argument.format(run=small) for argument in arguments))

    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
    assert said in done.err


@pytest.mark.parametrize(
    ("words", "runs_", "against"),
    [(["a", "b", "--against", "c", "d", "-o", "f.html"], ["a", "b"], ["c", "d"]),
     (["a", "--against", "c", "--against", "d"], ["a"], ["c", "d"]), (["--against=c", "a", "b"], ["a", "b"], ["c"]),
     (["old", "new"], ["old", "new"], [])],
)  # fmt: skip
def test_against_takes_what_a_shell_makes_of_a_pattern(words: list[str], runs_: list[str], against: list[str]) -> None:
    given = cli.commands["report"].make_context("report", words).params

    assert list(given["runs"]) == runs_
    assert list(given["against"]) == against


def test_the_command_sets_runs_against_runs(tmp_path: Path) -> None:
    names = [f"{side}{number}" for number in range(4) for side in ("old", "new")]
    for hour, name in enumerate(names):
        shape = runs.Shape(workloads=("nap",), runners=("sync",), levels=(1,), turns=2, seed=hour,
                           started=f"2026-01-02T{hour:02d}:00:00+00:00")  # fmt: skip
        runs.write(tmp_path / name, shape)

    done = bench("report", *names[1::2], "--against", *names[::2], "--results", tmp_path)

    assert done.code == 0, done.err
    assert Path(done.out.strip()) == tmp_path / "new3" / "against-old0-and-3-more.html"
    assert "What changed from A to B?" in Path(done.out.strip()).read_text(encoding="utf-8")


def test_the_library_raises_errors_of_the_harness(small: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        reports.write([])
    with pytest.raises(StoreError):
        reports.write([small], tmp_path / "no" / "such" / "place.html")
