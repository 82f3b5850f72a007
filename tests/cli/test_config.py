"""Defaults of a project: pyproject.toml below variables below what is typed, and `bench config` says which it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import called

TABLE = """
[tool.bench]
budget = "7m"
runners = ["threads", "asyncio"]
concurrency = [3, 5]
timeout = 9
output = "kept"

[tool.bench.suites.mine]
workloads = ["noop"]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "below").mkdir()
    (tmp_path / "pyproject.toml").write_text(TABLE)
    monkeypatch.chdir(tmp_path / "below")
    return tmp_path / "pyproject.toml"


def test_a_run_takes_them_unless_it_is_told_otherwise(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_file = called("run", "noop", "--dry-run").err
    monkeypatch.setenv("BENCH_RUN_CONCURRENCY", "7")
    of_variable = called("run", "noop", "--dry-run").err
    typed = called("run", "noop", "-c", "9", "-r", "sync", "--dry-run").err

    assert "runners threads, asyncio" in of_file
    assert "noop  C = 3, 5" in of_file
    assert "about 7 min" in of_file
    assert "noop  C = 7" in of_variable
    assert "noop  C = 9" in typed
    assert "runners sync," in typed


def test_config_says_what_holds_and_why(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_RUN_SEED", "5")
    told = called("config", "--json")
    shown = called("config").out

    assert told.code == 0
    found = told.json()
    assert (found["budget"]["value"], found["budget"]["source"]) == ("7m", str(project))
    assert (found["seed"]["value"], found["seed"]["source"]) == ("5", "environment")
    assert (found["placement"]["value"], found["placement"]["source"]) == ("pinned", "built in")
    assert found["concurrency"]["variable"] == "BENCH_RUN_CONCURRENCY"
    assert found["precision"]["value"] is None
    assert "3,5" in shown
    assert "not set" in shown


def test_where_runs_are_kept_holds_for_every_command(project: Path) -> None:
    assert "no run 'latest' in kept" in called("show").err


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[tool.bench]\nbudgt = "7m"', "unknown key 'budgt': did you mean 'budget'?"),
        ("[tool.bench]\nbudget = true", "budget is no text, number or list of such"),
        ("[tool.bench]\nrunners = []", "runners is no text"),
        ("[tool]\nbench = 3", "[tool.bench] is no table"),
        ("[tool.bench", "pyproject.toml: "),
        ('[tool.bench]\nbudget = "soon"', "'soon' is not a length of time"),
    ],
)
def test_a_slip_is_one_line(table: str, said: str, project: Path) -> None:
    project.write_text(table)

    done = called("run", "noop", "--dry-run")

    assert done.code == 2
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_without_a_project_all_is_built_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert {one["source"] for one in called("config", "--json").json().values()} == {"built in"}
