"""What is published: the wheel has what runs, and nothing else; the source has what builds and tests it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.support.command import ROOT, python

NEEDED = (
    "bench/py.typed", "bench/results/show.schema.json", "bench/results/claims.schema.json",
    "bench/cli/templates/workload.txt", "bench/cli/templates/pyproject.txt", "reports/page/templates/claims.html.j2",
    "workloads/suites.toml", "workloads/claims/asyncio.toml", "workloads/claims/field.toml", "deadheat.py",
)  # fmt: skip
"""Data that is read where it lies."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(place)], cwd=ROOT, check=True, capture_output=True
    )
    return place


def test_the_wheel_has_what_runs_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()

    assert [name for name in NEEDED if name not in names] == []
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "bench", "workloads", "reports", "deadheat.py",
    }  # fmt: skip
    assert not [name for name in names if "__pycache__" in name]
    assert {f"{package}/py.typed" for package in ("bench", "workloads", "reports")} <= set(names)


def test_the_source_has_what_builds_and_tests_it(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tracked = set(
        subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    )
    assert {name for name in tracked if name.startswith(("bench/", "workloads/", "reports/", "tests/"))} <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "Makefile", *NEEDED} <= names


def test_a_race_of_the_pytest_plugin_needs_no_tables_and_no_charts() -> None:
    blocked = "import sys; sys.modules.update(dict.fromkeys(('pandas', 'matplotlib', 'jinja2')))"

    assert python("-c", f"{blocked}; import bench.testing.race, bench.testing.rows").code == 0
