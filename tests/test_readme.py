"""The README's workload is a real one, and its commands exist."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.support.command import ROOT, bench

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_workload_keeps_the_contract_as_it_stands(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    (tmp_path / "hashing.py").write_text(code[1])

    done = bench("check", tmp_path / "hashing.py")

    assert done.code == 0, done.out
    assert "FAIL" not in done.out


LINES = [
    part.split("#")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    for part in line.split("&&")
]
COMMANDS = [line for line in LINES if line.startswith("bench ")]
ELSEWHERE = {
    "bench selfcheck": "tests/check",
    "bench doctor": "tests/machine",
    "bench claims": "tests/cli/test_claims.py",
}
"""They take a while, and are run there."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with all that the README's commands name: workloads, functions, runs."""
    here = tmp_path_factory.mktemp("project")
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    for file in ("my/project/benches/fetch.py", "workloads/mine.py", "workloads/hashing.py"):
        (here / file).parent.mkdir(parents=True, exist_ok=True)
        (here / file).write_text(code[1])
    (here / "shop").mkdir()
    (here / "shop" / "api.py").write_text(
        "import asyncio, time\n\ndef get(): time.sleep(0.002)\n\nasync def get_async(): await asyncio.sleep(0.002)\n"
    )
    done = bench("run", "noop", "-r", "sync,threads", "-c", "1", "--blocks", "2", "--budget", "1s", cwd=here)
    assert done.code == 0, done.err
    measured = (here / "results" / "latest").resolve()
    for minute, name in enumerate(f"{age}{number}" for number in ("", 1, 2, 3, 4) for age in ("OLD", "NEW")):
        copied = shutil.copytree(measured, here / "results" / name)
        told = json.loads((copied / "run.json").read_text())
        trials = [json.loads(line) for line in (copied / "trials.jsonl").read_text().splitlines()]
        (copied / "trials.jsonl").write_text(
            "".join(json.dumps({**trial, "lag_max_s": 0.001 * minute}) + "\n" for trial in trials)
        )
        (copied / "run.json").write_text(
            json.dumps({**told, "run_id": name, "started": f"2026-01-01T00:{minute:02}:00"})
        )
    told = json.loads((measured / "run.json").read_text())
    (measured / "run.json").write_text(json.dumps({**told, "stopped": "interrupted"}))
    first, *_ = (measured / "trials.jsonl").read_text().partition('{"block":1')
    (measured / "trials.jsonl").write_text(first)  # so that there is something to resume
    return here


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in ELSEWHERE])
def test_every_command_it_shows_runs(command: str, project: Path) -> None:
    """What would measure for minutes is planned."""
    words = command.replace("NEW1 NEW2 …", "NEW1 NEW2 NEW3 NEW4").replace("OLD1 …", "OLD1 OLD2 OLD3 OLD4").split()[1:]
    if words[0] == "race":
        words += ["--budget", "1s", "-c", "1", "-o", "raced"]
    elif words[0] == "run" and not {"--dry-run", "--resume"} & set(words):
        words += ["--dry-run"]
    elif words[:2] == ["new", "workload"]:
        words[2] = "another"

    done = bench(*words, cwd=project)

    assert done.code == 0, done.err
    assert "Traceback" not in done.err


def test_what_is_run_elsewhere_is_a_command() -> None:
    assert set(ELSEWHERE) <= set(COMMANDS)
    assert all((ROOT / place).exists() for place in ELSEWHERE.values())


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))))
def test_every_make_target_it_names_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_link_to_a_file_leads_to_one() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
