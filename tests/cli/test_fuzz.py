"""Whatever is typed, and whatever lies in a stored run: an answer or one line, never a traceback.

Generated, bounded and seeded. Nothing is measured: runs are planned only, and reports are not drawn.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.command import Done, called

FORMAT_1 = Path(__file__).parents[1] / "results" / "format-1"
BOUNDED = settings(
    derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)

WORDS = st.one_of(
    st.sampled_from(
        [
            "", " ", ",", "-", "--", "---", "-1", "0", "1", "8,64", "1e9", "99999999999999999999", "²", "٣", "nan",
            "inf", "3%", "200%", "90s", "0s", "1ms", "5m", "1e3s", "sleep", "slep", "sleep,http", "http", "noop",
            "sync", "threads,asyncio", "uvlop", "latest", "nope", ".", "..", "/", "workloads/", "nowhere.py", "a/b.py",
            "~", "sleep.duration_ms=5", "sleep.duration_ms=", "sleep.=5", "=", "http.body_bytes=1,2,x",
            "sleep.duration_ms=[", "pinned", "quick", "full", "run", "show", "[/bold]", "[red]", "\x1b[31m", "\u202e",
            "\udcff", "x" * 300,
        ]
    ),
    st.text(st.characters(exclude_characters="\0"), max_size=8),
)  # fmt: skip
"""What a command line can hold: no NUL, and bytes that are no text as lone surrogates."""

OPTIONS = st.sampled_from(
    [
        "-r", "-c", "-o", "--set", "--profile", "--budget", "--blocks", "--precision", "--seed", "--baseline",
        "--placement", "--timeout", "--resume", "--json", "--results", "--runners", "--bud", "--help", "-h", "-x",
        "--budget=2m", "-c8", "--version",
    ]
)  # fmt: skip

ARGUMENTS = st.lists(st.one_of(OPTIONS, WORDS), max_size=7)


def kept_its_word(done: Done) -> None:
    """An answer, or one line about a mistake."""
    assert "Traceback" not in done.err
    assert done.code in {0, 1, 2, 130}
    if done.code == 2:
        lines = [line for line in done.err.splitlines() if not line.startswith(("! ", "plan: "))]
        assert len(lines) == 1, done.err
        assert lines[0].startswith("error: ")
        assert len(lines[0]) < 1200


@pytest.fixture(autouse=True)
def _nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examining the machine takes half a second and drawing a report several; neither depends on what is typed."""
    monkeypatch.setattr("bench.cli.running.doctor.examine", lambda _: [])
    monkeypatch.setattr("bench.cli.planning._environment", lambda *_: {"cpus": 0})
    monkeypatch.setattr("bench.cli.running._measure", lambda *_: pytest.fail("a dry run measures"))
    monkeypatch.setattr("bench.cli.commands.errand.run", lambda *_, **__: (0, "report.html\n"))


class TestArguments:
    @settings(BOUNDED, max_examples=80)
    @given(ARGUMENTS)
    def test_run(self, tmp_path: Path, arguments: list[str]) -> None:
        kept_its_word(called("run", "--dry-run", "-o", tmp_path, *arguments))

    @settings(BOUNDED, max_examples=60)
    @given(st.sampled_from(["show", "report", "list", "doctr", "", "-x"]), ARGUMENTS)
    def test_other_commands(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, arguments: list[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        kept_its_word(called(command, *arguments))

    @settings(BOUNDED, max_examples=20)
    @given(st.sampled_from(["check", "selfcheck", "doctor"]), WORDS)
    def test_commands_that_would_measure(self, command: str, word: str) -> None:
        kept_its_word(called(command, "--no-such-option", word))


JUNK: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [
            None, True, -1, 0, 1, 10**30, -(2**63), 0.5, -0.0, 1e308, float("nan"), float("inf"), "", "x", "sync",
            "noop", "[/bold][red]", "\x1b[31m\x00", "\ud800", "\u202e", "y" * 5000, [], {}, [[]], [0], {"a": 1},
            json.loads("[" * 30 + "]" * 30), [1, 2, 3],
        ]
    ),
    st.integers(-100, 10_000),
    st.text(max_size=5),
)  # fmt: skip


def edited(data: Any, steps: list[int], action: str, junk: Any) -> Any:
    """The data with one place, found by walking down, replaced, removed, doubled or added to."""
    if not isinstance(data, dict | list) or not data or not steps:
        return junk
    names = list(data) if isinstance(data, dict) else list(range(len(data)))
    name = names[steps[0] % len(names)]
    if len(steps) > 1 and isinstance(data[name], dict | list) and data[name]:
        data[name] = edited(data[name], steps[1:], action, junk)
    elif action == "remove":
        del data[name]
    elif action == "add" and isinstance(data, dict):
        data[f"{name}s"] = junk
    elif action == "double" and isinstance(data, list):
        data.append(data[name])
    else:
        data[name] = junk
    return data


@st.composite
def damage(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """run.json and trials.jsonl of the first format after something happened to them."""
    run, trials = ((FORMAT_1 / name).read_bytes() for name in ("run.json", "trials.jsonl"))
    steps, action = draw(st.lists(st.integers(0, 50), min_size=1, max_size=5)), draw(st.sampled_from(ACTIONS))
    if draw(st.booleans()):
        run = json.dumps(edited(json.loads(run), steps, action, draw(JUNK))).encode()
    else:
        lines = trials.splitlines()
        number = draw(st.integers(0, len(lines) - 1))
        lines[number] = json.dumps(edited(json.loads(lines[number]), steps, action, draw(JUNK))).encode()
        trials = b"\n".join(lines) + b"\n"
    match draw(st.sampled_from(["whole", "whole", "cut", "doubled", "bytes"])):
        case "cut":
            trials = trials[: draw(st.integers(0, len(trials)))]
        case "doubled":
            trials += b"".join(trials.splitlines(keepends=True)[draw(st.integers(0, 40)) :][:3])
        case "bytes":
            at = draw(st.integers(0, len(run)))
            run = run[:at] + draw(st.binary(min_size=1, max_size=4)) + run[at:]
    return run, trials


ACTIONS = ["replace", "replace", "remove", "add", "double"]


class TestStoredRuns:
    @settings(BOUNDED, max_examples=120)
    @given(damage())
    def test_any_stored_run(self, tmp_path: Path, files: tuple[bytes, bytes]) -> None:
        directory = tmp_path / "20260101-000000"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        (directory / "run.json").write_bytes(files[0])
        (directory / "trials.jsonl").write_bytes(files[1])

        shown = called("show", directory)
        as_json = called("show", directory, "--json")
        reported = called("report", directory)
        resumed = called("run", "--resume", directory)

        for done in (shown, as_json, reported, resumed):
            kept_its_word(done)
        assert shown.code == as_json.code == reported.code
        assert resumed.code == 2  # the machine is another one
        assert (directory / "trials.jsonl").read_bytes() == files[1]
        if shown.code == 0:
            assert "\x1b" not in shown.out
            assert as_json.json()["schema_version"] == 1
