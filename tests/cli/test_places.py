"""The code that is measured is the code that is named: from any directory, beside any file, under any flag."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import ROOT, Done, bench, environment
from tests.support.written import HEAD

FEW = ("-c", "1", "--blocks", "1", "--budget", "1s", "--seed", "1")

MINE = HEAD + """
import json, random, signal, helper
@dataclass(frozen=True)
class Mine(Workload):
    \"\"\"Calls its helper.\"\"\"
    @contextmanager
    def blocking(self, ctx):
        yield helper.work
    def check(self, result):
        return result == 1
"""  # fmt: skip
HELPER = "import time\ndef work():\n    time.sleep(0.002)\n    return 1\n"
NOT_OURS = "raise SystemExit('this is not what was asked for')\n"


def project(folder: Path, **files: str) -> Path:
    """A folder with a workload ``mine.py`` and its helper, and other files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"mine": MINE, "helper": HELPER, **files}.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def trials(results: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (results / "latest" / "trials.jsonl").read_text().splitlines()]


def run_json(results: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((results / "latest" / "run.json").read_text())
    return told


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def command(*arguments: str | Path, cwd: Path, home: Path = ROOT, path: str = "") -> Done:
    """The command as an installed script begins it: the working directory is not on its path."""
    code = "import sys; sys.argv[0] = 'deadheat'; from deadheat import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, timeout=100, check=False,
        env={**environment(), "PYTHONPATH": os.pathsep.join(part for part in (path, str(home)) if part)},
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def test_files_beside_the_user_take_nobodys_place(tmp_path: Path) -> None:
    names = ("json", "random", "signal", "string", "pathlib", "workloads", "reports", "numpy")
    project(tmp_path, **dict.fromkeys(names, NOT_OURS))

    done = bench("run", "mine.py", "-r", "sync,processes", *FEW, "--json", cwd=tmp_path)

    assert done.code == 0, done.err
    assert {case["status"] for case in done.json()["cases"]} == {"measured"}
    assert (tmp_path / "results" / "latest" / "report.html").exists()


def test_the_installed_command_runs_beside_a_file_called_bench(tmp_path: Path) -> None:
    project(tmp_path, bench=NOT_OURS, types=NOT_OURS)

    done = command("check", "mine.py", cwd=tmp_path)

    assert done.code == 0, done.err
    assert "mine: ok" in done.out
    assert done.err == ""


def test_another_package_called_bench_is_said_and_does_not_take_over(tmp_path: Path) -> None:
    (tmp_path / "site" / "bench").mkdir(parents=True)
    (tmp_path / "site" / "bench" / "__init__.py").write_text(NOT_OURS)

    done = command("list", "--json", cwd=tmp_path, path=str(tmp_path / "site"))

    assert done.code == 0, done.err
    assert done.err == (
        f"note: another package called bench is at {tmp_path}/site/bench/__init__.py; `python -m bench` is that one\n"
    )
    assert "sleep" in {workload["name"] for workload in done.json()["workloads"]}


def test_a_package_installed_over_ours_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "__init__.py").write_text("x = 1\n")
    shutil.copy(ROOT / "deadheat.py", tmp_path)

    done = command("list", cwd=tmp_path, home=tmp_path)

    assert done.code == 2
    assert done.err.startswith(f"error: {tmp_path}/bench/__init__.py belongs to another package called bench")
    assert len(done.err.splitlines()) == 1


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of our wheel, as an installation has them."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = place.glob("*.whl")
    shutil.unpack_archive(wheel, place / "site", "zip")
    return place / "site"


def test_beside_an_installed_wheel_the_workloads_of_the_directory_are_found_named_and_measured(
    tmp_path: Path, installed: Path
) -> None:
    project(tmp_path / "workloads", sleep=MINE.replace("Calls its helper", "Not the installed one"))

    listed = command("list", cwd=tmp_path, home=installed)
    done = command("run", "sleep", "cpu", "-r", "sync,processes", *FEW, cwd=tmp_path, home=installed)

    assert "workloads of this directory: mine, sleep" in listed.err
    assert "Not the installed one" in listed.out
    assert "the purest I/O-bound op" not in listed.out
    assert done.code == 0, done.err
    found = {trial["workload"]: trial["facts"]["code"] for trial in trials(tmp_path / "results")}
    specs = {spec["name"]: spec for spec in run_json(tmp_path / "results")["plan"]["workloads"]}
    assert specs["sleep"]["source_sha256"] == sha256(tmp_path / "workloads" / "sleep.py")
    assert found["sleep"]["workloads/sleep.py"] == sha256(tmp_path / "workloads" / "sleep.py")
    assert found["sleep"]["workloads/helper.py"] == sha256(tmp_path / "workloads" / "helper.py")
    assert found["cpu"]["workloads/cpu.py"] == sha256(installed / "workloads" / "cpu.py")


POOL = """
import asyncio, multiprocessing, enum
from contextlib import asynccontextmanager
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from bench import Workload
import helper
class Kind(enum.Enum):
    ONE = 1
def produce(kind):
    return helper.work() if kind is Kind.ONE else 0
@dataclass(frozen=True)
class Spawn(Workload):
    kind: Kind = Kind.ONE
    @asynccontextmanager
    async def coroutine_client(self, ctx):
        with ProcessPoolExecutor(ctx.concurrency, multiprocessing.get_context(type(self).__name__.lower())) as pool:
            await asyncio.get_running_loop().run_in_executor(pool, produce, self.kind)  # what it opens, it keeps
            yield pool
    @asynccontextmanager
    async def coroutine(self, ctx):
        loop = asyncio.get_running_loop()
        yield lambda: loop.run_in_executor(ctx.client, produce, self.kind)
    def check(self, result):
        return result == 1
@dataclass(frozen=True)
class ForkServer(Spawn):
    pass
"""


@pytest.mark.parametrize("name", ["pool", "my pool.v2 [1]"])
def test_a_pool_of_any_kind_works_by_path_from_anywhere(tmp_path: Path, name: str) -> None:
    folder = project(tmp_path / "some" / "dir", **{name: POOL})
    (tmp_path / "else").mkdir()
    path = Path("..") / folder.relative_to(tmp_path) / f"{name}.py"

    done = bench("check", path, "--json", cwd=tmp_path / "else")

    assert len(done.json()["checks"]) == 2, done.err
    for checks in done.json()["checks"].values():
        problems = {check["name"]: check["problem"] for check in checks}
        assert problems["coroutine: results pass check"] == ""
        assert problems["runs under asyncio"] == ""


def test_a_run_is_resumed_from_another_directory_where_it_was_begun(tmp_path: Path) -> None:
    here = project(tmp_path / "here", mine=MINE.replace("return result == 1", "return open('data').read() == 'x'"))
    (here / "data").write_text("x")
    few = ("-r", "sync", "-c", "1", "--blocks", "2", "--budget", "2s")
    first = bench("run", "mine.py", *few, "-o", "../out", cwd=here)
    stored = tmp_path / "out" / "latest" / "trials.jsonl"
    stored.write_text("".join(stored.read_text().splitlines(keepends=True)[:2]))  # a bout: the case and its twin

    resumed = bench("run", "--resume", "latest", "-o", "out", "--json", cwd=tmp_path)
    stored.write_text("".join(stored.read_text().splitlines(keepends=True)[:2]))
    (here / "helper.py").write_text(HELPER + "# changed\n")
    changed = bench("run", "--resume", "latest", "-o", "out", cwd=tmp_path)
    here.rename(tmp_path / "there")
    gone = bench("run", "--resume", "latest", "-o", "out", cwd=tmp_path)

    assert first.code == 0, first.err
    assert resumed.code == 0, resumed.err
    assert [(case["status"], case["errors"]) for case in resumed.json()["cases"]] == [("measured", 0)]
    assert changed.code == gone.code == 2
    assert "helper.py has changed" in changed.err
    assert "where it was begun, is gone" in gone.err


def test_a_helper_that_changes_in_mid_run_ends_its_workload_and_says_so(tmp_path: Path) -> None:
    writing = """
    @contextmanager
    def fixture(self, directory):
        yield
        with open(helper.__file__, "a") as file:
            file.write("# once more\\n")
"""
    project(tmp_path, mine=MINE + writing)

    done = bench("run", "mine.py", "cpu", "-r", "sync", "-c", "1", "--blocks", "3", "--budget", "3s", cwd=tmp_path)

    assert done.code == 0, done.err
    found = {(trial["workload"], trial["block"]): trial for trial in trials(tmp_path / "results")}
    assert found["mine", 0]["status"] == "measured"
    for block in (1, 2):
        assert found["mine", block]["status"] == "failed"
        assert "helper.py changed while the run was measuring it" in found["mine", block]["reason"]
        assert found["cpu", block]["status"] == "measured"
    assert "helper.py changed" in done.err


def test_flags_of_the_interpreter_reach_whoever_measures_and_must_be_the_same_to_resume(tmp_path: Path) -> None:
    checking = "return __import__('sys').flags.optimize == 2 and __import__('sys').flags.dev_mode"
    project(tmp_path, mine=MINE.replace("return result == 1", checking))
    flags = [sys.executable, "-OO", "-X", "dev", "-W", "ignore", "-m", "bench", "run"]

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env=environment(), timeout=100, check=False
        )

    done = run(*flags, "mine.py", "-r", "sync,processes", "-c", "1", "--blocks", "2", "--budget", "2s", "--json")
    stored = tmp_path / "results" / "latest" / "trials.jsonl"
    stored.write_text("".join(stored.read_text().splitlines(keepends=True)[:3]))
    without = run(sys.executable, "-m", "bench", "run", "--resume", "latest")

    assert done.returncode == 0, done.stderr
    assert {(case["status"], case["errors"]) for case in json.loads(done.stdout)["cases"]} == {("measured", 0)}
    recorded = json.loads(done.stdout)["environment"]["flags"].split()
    assert {"-OO", "-Xdev", "-Wignore"} <= set(recorded)
    assert without.returncode == 2
    assert "flags: -OO" in without.stderr
