"""Suites: ours run, a user's stand beside them, and a slip is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.cli import planning
from bench.errors import UsageError
from bench.plan import discovery, sets, suites
from tests.support.command import called


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    return tmp_path / "pyproject.toml"


@pytest.mark.parametrize("name", sorted(suites.known()))
def test_every_suite_of_ours_can_be_planned_and_says_what_it_answers(name: str) -> None:
    suite = suites.named(name)

    assert suite.answers
    found = discovery.specs(discovery.discover(), suite.workloads, sets.parsed(suite.sets))
    assert {spec.name for spec in found} == set(suite.workloads or suites.named("classic").workloads)


def test_what_runs_by_default_is_classic_and_http_without_a_library() -> None:
    plan = planning.planned(planning.RunOptions.usual()).plan

    labels = {spec.label for spec in plan.workloads}
    assert labels == {*suites.named("classic").workloads, "http client=raw"}


def test_a_project_may_say_what_its_default_is(project: Path) -> None:
    project.write_text('[tool.bench.suites.default]\nworkloads = ["noop"]\nconcurrency = [3]')

    plan = planning.planned(planning.RunOptions.usual()).plan

    assert [(contest.workload, contest.concurrency) for contest in plan.contests] == [("noop", 3)]


def test_everything_is_every_workload_of_ours() -> None:
    assert set(suites.named("everything").workloads) == set(discovery.discover().workloads)


def test_a_suite_of_the_project_is_found_from_below_it_and_may_stand_in_for_one_of_ours(project: Path) -> None:
    project.write_text('[tool.bench.suites.mine]\nworkloads = ["sleep"]\nconcurrency = [1, 2]\n'
                       '[tool.bench.suites.echo]\nworkloads = ["noop"]\n')  # fmt: skip

    assert suites.named("mine").concurrency == (1, 2)
    assert suites.named("echo").workloads == ("noop",)
    assert "classic" in suites.known()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[tool.bench.suites.a]\nworkload = ["sleep"]', ["unknown key 'workload'", "did you mean 'workloads'?"]),
        ("[tool.bench.suites.a]\nworkloads = []", ["not an empty one"]),
        ('[tool.bench.suites.a]\nworkloads = "sleep"', ["workloads is no list"]),
        ('[tool.bench.suites.a]\nworkloads = ["sleep"]\nconcurrency = [0]', ["a list of numbers of workers"]),
        ("[tool.bench.suites]\na = 3", ["suite 'a' is no table"]),
        ("[tool.bench", ["pyproject.toml: "]),
    ],
)
def test_a_slip_in_a_suite_is_one_line(text: str, words: list[str], project: Path) -> None:
    project.write_text(text)

    with pytest.raises(UsageError) as refused:
        suites.known()
    assert "\n" not in str(refused.value)
    for word in words:
        assert word in str(refused.value)


def test_the_command_runs_a_suite_and_what_is_typed_goes_before_it(project: Path) -> None:
    project.write_text('[tool.bench.suites.mine]\nworkloads = ["sleep"]\nset = ["sleep.duration_ms=5,7"]\n'
                       "concurrency = [3]\n")  # fmt: skip
    whole = called("run", "--suite", "mine", "--dry-run")
    typed = called("run", "--suite", "mine", "--set", "sleep.duration_ms=9", "-c", "2", "--dry-run")

    assert "sleep duration_ms=5.0  C = 3" in whole.err
    assert "sleep duration_ms=7.0  C = 3" in whole.err
    assert "sleep duration_ms=9.0  C = 2" in typed.err
    assert "duration_ms=5" not in typed.err


def test_a_workload_that_is_named_is_measured_beside_a_suite() -> None:
    done = called("run", "--suite", "echo", "noop", "--dry-run")

    assert "echo style=sock" in done.err
    assert "noop" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--suite", "clasic"], "did you mean 'classic'?"), (["sleep", "--suite", "default"], "leave out sleep")],
)
def test_a_suite_that_is_mistyped_or_names_nothing_beside_workloads_is_refused(words: list[str], said: str) -> None:
    done = called("run", *words, "--dry-run")

    assert done.code == 2
    assert said in done.err
