"""A hint is the command that was typed, with the change: copied, it runs and means what it says."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.cli import main, times, typed
from tests.support.command import ROOT
from tests.support.synthetic import spec

OPTIONS: dict[str, st.SearchStrategy[list[str]]] = {
    "runners": st.sampled_from([["-r", "sync"], ["-rsync,threads"], ["--runners=asyncio,uvloop"]]),
    "concurrency": st.sampled_from([["-c", "1"], ["-c8,64"], ["--concurrency", "2"]]),
    "sets": st.sampled_from(
        [["--set", "sleep.duration_ms=5,9"], ["--set", "http.body_bytes=1", "--set", "cpu.n=$2 a"]]
    ),
    "profile": st.sampled_from([["--profile", "quick"], ["--profile=full"]]),
    "budget": st.sampled_from([["--budget", "90s"], ["--budget", "2m"], ["--budget=1500ms"]]),
    "blocks": st.just(["--blocks", "7"]),
    "precision": st.sampled_from([["--precision", "3%"], ["--precision", "0.5"]]),
    "seed": st.just(["--seed", "-3"]),
    "baseline": st.just(["--baseline", "it's"]),
    "placement": st.just(["--placement", "free"]),
    "timeout": st.just(["--timeout", "1m"]),
    "output": st.sampled_from([["-o", "some where"], ["-o/tmp/[v]"]]),
    "as_json": st.just(["--json"]),
}


@st.composite
def commands(draw: st.DrawFn) -> list[str]:
    """What may be typed after ``bench run``."""
    words = draw(st.lists(st.sampled_from(["sleep", "http", "../mine.py", "odd name.py"]), max_size=2, unique=True))
    for name in draw(st.lists(st.sampled_from(sorted(OPTIONS)), unique=True, max_size=6)):
        words += draw(OPTIONS[name])
    return words


def meant(words: list[str]) -> dict[str, Any]:
    """What click makes of the words."""
    return main.run.make_context("run", list(words)).params


@settings(derandomize=True, deadline=None)
@given(commands())
def test_the_command_again_with_a_change_means_the_same_but_for_the_change(words: list[str]) -> None:
    hint = shlex.split(typed.again(["bench", "run", *words], budget=720.0))

    assert hint[:2] == ["bench", "run"]
    assert meant(hint[2:]) == {**meant(words), "budget": 720.0, "as_json": False}


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
@settings(derandomize=True, deadline=None, max_examples=15)
@given(words=commands())
def test_started_by_make_the_hint_is_a_call_of_make_that_means_the_same(words: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(typed.MAKE_VARIABLE, "make")
        hint = shlex.split(typed.again(["bench", "run", *words], budget=720.0))
    told = subprocess.run([*hint, "-n", "setup="], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    line = next(line for line in told.splitlines() if "-m bench run" in line)

    assert hint[0] == "make"
    ran = shlex.split(line)
    assert meant(ran[ran.index("run") + 1 :]) == {**meant(words), "budget": 720.0, "as_json": False}


def test_a_run_that_make_started_is_continued_by_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(typed.MAKE_VARIABLE, "make")

    assert typed.resume("20260101-000000", Path("results")) == "make bench 'ARGS=--resume 20260101-000000'"


@pytest.mark.parametrize(
    ("argv", "original", "started"),
    [
        (["/x/bench/__main__.py"], ["python3", "-O", "-m", "bench", "run"], ["python3", "-O", "-m", "bench"]),
        (["/nowhere/bin/bench"], ["/nowhere/bin/python", "/nowhere/bin/bench", "run"], ["/nowhere/bin/bench"]),
        (["/usr/bin/pytest"], ["python", "-m", "pytest", "bench"], ["bench"]),
    ],
)
def test_the_command_is_started_as_it_was(
    argv: list[str], original: list[str], started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", argv)
    monkeypatch.setattr("sys.orig_argv", original)

    assert typed.start() == started


def test_one_workload_alone_keeps_its_path_and_its_parameters() -> None:
    one = replace(spec("mine"), label="mine n=5", parameters={"n": 5, "deep": True})
    words = ["bench", "run", "sleep", "../mine.py", "--set", "mine.n=1,5", "--set", "sleep.duration_ms=9"]

    assert typed.alone(words, one) == {"workloads": ("../mine.py",), "suite": None, "sets": ("mine.n=5",)}
    assert typed.alone(["bench", "run"], one) == {"workloads": ("mine",), "suite": None, "sets": None}


def test_one_workload_of_a_suite_alone_has_all_its_parameters() -> None:
    one = replace(spec("mine"), label="mine n=5", parameters={"n": 5, "deep": True})
    found = typed.alone(["bench", "run", "--suite", "all"], one)

    assert found["suite"] is None
    assert sorted(found["sets"]) == ["mine.deep=True", "mine.n=5"]


def test_a_race_is_told_again_as_a_race() -> None:
    words = ["bench", "race", "shop:get", "shop:get_async", "-c", "1,8", "--budget", "20s"]
    told = typed.again(words, runners=("threads", "uvloop"), concurrency=(8,), budget=60.0, profile=None)

    assert told.split(" race ")[1] == "shop:get shop:get_async -r threads,uvloop -c 8 --budget 1m"


def test_a_stored_command_that_nobody_can_read_any_more_still_gives_a_command() -> None:
    assert typed.again(["bench", "run", "--no-such-option"], budget=60.0) == "bench run --budget 1m"
    assert typed.again([], budget=90.0) == "bench run --budget 90s"


@pytest.mark.parametrize(
    ("seconds", "text"), [(60, "1m"), (90, "90s"), (0.25, "250ms"), (1.5, "1500ms"), (7200, "120m")]
)
def test_a_length_of_time_is_typed_as_it_is_read(seconds: float, text: str) -> None:
    assert times.typed(seconds) == text


@pytest.mark.parametrize(("seconds", "rounded"), [(1, 30), (31, 60), (299, 300), (301, 360), (3600, 3600)])
def test_a_time_to_type_is_a_round_one_and_never_shorter(seconds: float, rounded: float) -> None:
    assert times.rounded_up(seconds) == rounded
