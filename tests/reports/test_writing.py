"""Same run, same bytes; an unchanged report draws nothing; mistakes are one line."""

from __future__ import annotations

from pathlib import Path

import pytest

import reports
from bench.errors import StoreError, UsageError
from tests.support import runs
from tests.support.command import python

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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nowhere"], "no run 'nowhere'"), (["{run}", "--baseline", "trio"], "no runner 'trio'"),
     (["{run}", "-o", "/nowhere/report.html"], "cannot write /nowhere/report.html"),
     (["{run}", "{run}", "{run}"], "3 were given")],
)  # fmt: skip
def test_mistakes_are_one_line(small: Path, arguments: list[str], said: str) -> None:
    done = python("-m", "reports", *(argument.format(run=small) for argument in arguments))

    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
    assert said in done.err


def test_the_library_raises_errors_of_the_harness(small: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        reports.write([])
    with pytest.raises(StoreError):
        reports.write([small], tmp_path / "no" / "such" / "place.html")
