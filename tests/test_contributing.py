"""CONTRIBUTING.md's examples are each one new file, and work: taken out of the page into a copy of the project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import ROOT, Done, environment

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```python\n# (bench/\S+)\n(.*?)```", PAGE, re.DOTALL))
FEW = ("-c", "1", "--blocks", "1", "--budget", "1s", "--seed", "7")

Bench = Callable[..., Done]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The command of a copy of the project that holds every example."""
    home = tmp_path_factory.mktemp("project")
    for package in ("bench", "workloads", "reports"):
        shutil.copytree(ROOT / package, home / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in EXAMPLES.items():
        (home / name).write_text(text, encoding="utf-8")
    listed = home / "bench/judge/metrics/__init__.py"
    listed.write_text(listed.read_text().replace('_FILES = ("throughput",', '_FILES = ("turn_length", "throughput",'))

    def bench(*arguments: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "bench", *arguments],
            capture_output=True, text=True, cwd=home, env={**environment(), "PYTHONPATH": str(home)}, timeout=90,
            check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    return bench


def test_every_kind_has_an_example() -> None:
    rooms = {str(Path(name).parent) for name in EXAMPLES}

    assert rooms == {
        "bench/judge/metrics", "bench/judge/findings", "bench/results/exports", "bench/trial/runners",
        "bench/trial/loads",
    }  # fmt: skip


def test_a_run_has_the_new_metric_the_new_finding_the_new_runner_and_the_new_load(copy: Bench) -> None:
    done = copy("run", "noop", "-r", "sync,debug", "--load", "pairs", *FEW, "--json")

    assert done.code == 0, done.err
    cases = {case["runner"]: case for case in done.json()["cases"]}
    assert cases["debug"]["status"] == "measured"
    assert {case["load"] for case in cases.values()} == {"pairs"}
    assert all(case["turn_length_s"]["value"] > 0.003 for case in cases.values())
    assert "odd-seed" in {finding["id"] for finding in done.json()["findings"]}
    assert copy("export", "latest", "--to", "names").out == "noop\n"


def test_the_map_names_every_room() -> None:
    for package in ("bench", "reports"):
        rooms = [path.name for path in (ROOT / package).iterdir() if (path / "__init__.py").exists()]

        assert [room for room in rooms if f"{room}/" not in PAGE] == []


def test_the_schema_takes_a_new_metric(copy: Bench) -> None:
    import jsonschema

    schema = json.loads((ROOT / "bench/results/show.schema.json").read_text())
    jsonschema.validate(copy("show", "latest", "--json").json(), schema)
