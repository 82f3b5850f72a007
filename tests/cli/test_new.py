"""What `bench new` writes works unedited, wherever it is written."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.support.command import ROOT, bench, environment, python


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


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """An interpreter of a fresh environment, in which this project and what it needs can be imported."""
    venv.create(tmp_path / "env", with_pip=False)
    (site,) = (tmp_path / "env" / "lib").glob("python3*/site-packages")
    (site / "here.pth").write_text("\n".join([str(ROOT), *(path for path in sys.path if path.endswith("-packages"))]))
    return tmp_path / "env" / "bin" / "python"


@pytest.mark.parametrize(("kind", "name"), [("workload", "my_shop"), ("runner", "my_loop")])
def test_a_new_package_is_built_installed_and_passes_its_test(
    kind: str, name: str, stranger: Path, tmp_path: Path
) -> None:
    made = bench("new", kind, name, *(["--package"] if kind == "workload" else []), cwd=tmp_path)
    project = tmp_path / f"deadheat-{name.replace('_', '-')}"
    (site,) = (tmp_path / "env" / "lib").glob("python3*/site-packages")
    installed = python("-m", "pip", "install", "--no-index", "--no-deps", "--no-build-isolation", "--quiet",
                       "--target", site, project, cwd=tmp_path)  # fmt: skip
    assert made.code == 0, made.err
    assert f"next: pip install -e {project.name}" in made.err
    assert installed.code == 0, installed.err

    tested = subprocess.run(
        [stranger, "-m", "pytest", "-q", "-p", "no:cacheprovider", project / "tests"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    listed = subprocess.run(
        [stranger, "-m", "bench", "list"], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 passed" in tested.stdout, tested.stdout
    assert name in listed.stdout


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
