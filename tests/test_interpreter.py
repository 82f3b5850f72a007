"""What a process of ours inherits of the interpreter that starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import interpreter
from tests.support.command import ROOT

CODE = "import sys; from bench import interpreter; print(interpreter.flags()); print(interpreter.settings())"


def told(*flags: str, **variables: str) -> tuple[str, str]:
    """Flags and settings as an interpreter sees them that was started so."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, *flags, "-c", CODE], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**clean, **variables},
    )  # fmt: skip
    first, second = done.stdout.splitlines()
    return first, second


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["-O"],
        ["-OO", "-bb"],
        ["-B", "-s"],
        ["-Xdev"],
        ["-Xdev", "-Werror"],
        ["-Ximporttime", "-Xint_max_str_digits=0"],
        ["-Wignore", "-Werror::DeprecationWarning"],
    ],
    ids=" ".join,
)
def test_flags_are_handed_on_as_they_were_given(flags: list[str]) -> None:
    assert sorted(eval(told(*flags)[0])) == sorted(flags)
    assert eval(told(*eval(told(*flags)[0]))[0]) == eval(told(*flags)[0])


def test_what_the_environment_asks_for_is_told_but_not_given_twice() -> None:
    flags, settings = told(PYTHONWARNINGS="error", PYTHONHASHSEED="3", PYTHON_VERSION="of a container")

    assert flags == "[]"
    assert settings == "PYTHONHASHSEED=3 PYTHONWARNINGS=error"


def test_bytecode_that_is_not_kept_is_no_other_setting() -> None:
    assert told("-B", "-O")[1] == "-O"


def test_a_process_of_ours_runs_main_of_our_module_wherever_it_is(tmp_path: Path) -> None:
    for name in ("bench", "reports", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not ours')\n")

    done = subprocess.run(
        interpreter.command("reports", "--help"), capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "RUN_DIR" in done.stdout
