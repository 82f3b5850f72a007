"""Plug-ins: a package with a workload and a runner is installed and runs; a broken one warns, a clash is an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import bench, environment

WORKLOAD = '''
"""A nap from elsewhere."""
import time
from contextlib import contextmanager
from dataclasses import dataclass
from bench import Workload

@dataclass(frozen=True)
class Siesta(Workload):
    """Nap for a millisecond."""
    @contextmanager
    def blocking(self, ctx):
        yield lambda: time.sleep(0.001)
'''

RUNNER = '''
"""Threads under another name."""
from dataclasses import replace
from bench.trial.runners import threads

RUNNER = replace(threads.RUNNER, name="strands", summary="threads of another package", order=9)
workers = threads.workers
'''


def installed(directory: Path, *, workload: str = "siesta", runner: str = "strands", broken: bool = False) -> Path:
    """A distribution as an installer leaves it: a package, and its metadata with entry points."""
    package = directory / "naps"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / f"{workload}.py").write_text(WORKLOAD)
    (package / "strands.py").write_text("raise OSError('no strands here')" if broken else RUNNER)
    told = directory / "naps-1.2.3.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: naps\nVersion: 1.2.3\n")
    (told / "entry_points.txt").write_text(
        f"[bench.workloads]\n{workload} = naps.{workload}\n[bench.runners]\n{runner} = naps.strands\n"
    )
    return directory


def test_a_workload_and_a_runner_of_a_package_run(tmp_path: Path) -> None:
    env = environment(installed(tmp_path / "site"))

    done = bench(
        "run", "siesta", "-r", "sync,strands", "-c", "4", "--budget", "2s", "-o", tmp_path / "out", "--json", env=env
    )
    listed = bench("list", env=env)

    assert done.code == 0, done.err
    assert {case["runner"]: case["status"] for case in done.json()["cases"]} == {
        "sync": "measured", "strands": "measured",
    }  # fmt: skip
    (run,) = (tmp_path / "out").glob("2*/run.json")
    assert json.loads(run.read_text())["environment"]["libraries"]["naps"] == "1.2.3"
    assert "siesta" in listed.out
    assert "strands" in listed.out


def test_a_broken_runner_is_one_warning(tmp_path: Path) -> None:
    env = environment(installed(tmp_path / "site", broken=True))

    done = bench("run", "siesta", "--dry-run", env=env)

    assert done.code == 0
    assert "plug-in naps 1.2.3: naps.strands: OSError: no strands here" in done.err


def test_a_module_that_is_not_there_is_one_warning(tmp_path: Path) -> None:
    site = installed(tmp_path / "site")
    (site / "naps" / "siesta.py").unlink()

    done = bench("run", "noop", "--dry-run", env=environment(site))

    assert done.code == 0
    assert "plug-in naps 1.2.3: there is no module naps.siesta" in done.err


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"workload": "sleep"}, "plug-in naps 1.2.3 has a workload called sleep, as there is one"),
        ({"runner": "threads"}, "plug-in naps 1.2.3 has a runner called threads, as there is one"),
    ],
)
def test_a_name_that_is_taken_is_an_error(names: dict[str, str], said: str, tmp_path: Path) -> None:
    done = bench("run", "noop", "--dry-run", env=environment(installed(tmp_path / "site", **names)))  # type: ignore[arg-type]

    assert done.code == 2
    assert said in done.err
