"""What `bench new` writes works unedited, wherever it is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import ROOT, bench, environment


def test_a_new_workload_passes_its_check_its_test_the_types_and_a_run(tmp_path: Path) -> None:
    made = bench("new", "workload", "my_shop", cwd=tmp_path)

    assert made.code == 0, made.err
    assert made.out.split() == ["workloads/my_shop.py", "tests/test_my_shop.py"]
    assert bench("check", "my_shop", cwd=tmp_path).code == 0
    run = bench(
        "run", "my_shop", "-r", "sync,asyncio", "-c", "2", "--blocks", "1", "--budget", "1s", "--json", cwd=tmp_path
    )
    assert {case["status"] for case in run.json()["cases"]} == {"measured"}
    assert bench("report", cwd=tmp_path).code == 0
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 passed" in tested.stdout, tested.stdout
    typed = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(tmp_path / "workloads" / "my_shop.py")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert typed.returncode == 0, typed.stdout


@pytest.mark.parametrize("name", ["my-shop", "class", "_hidden", "1st", "", "a/b"])
def test_a_name_that_is_none_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    done = bench("new", "workload", name, cwd=tmp_path)

    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_mine.py").write_text("mine")

    done = bench("new", "workload", "mine", cwd=tmp_path)

    assert done.code == 2
    assert "tests/test_mine.py is there already; take another name" in done.err
    assert (tmp_path / "tests" / "test_mine.py").read_text() == "mine"
    assert not (tmp_path / "workloads").exists()
