"""A sign of life: rewritten on a terminal, a line now and then elsewhere, nothing for what is quick."""

from __future__ import annotations

import io

import pytest

from bench.cli.console import Console
from bench.cli.working import EVERY_S, Working


class Stream(io.StringIO):
    """A stream that says whether a person reads along."""

    def __init__(self, *, person: bool) -> None:
        super().__init__()
        self._person = person

    def isatty(self) -> bool:
        return self._person


def listening(monkeypatch: pytest.MonkeyPatch, *, person: bool) -> tuple[Console, io.StringIO]:
    """A console and what it says. Called in a test's body: between its phases pytest puts its own stderr back."""
    out = Stream(person=person)
    monkeypatch.setattr("sys.stderr", out)
    monkeypatch.setenv("COLUMNS", "40")
    return Console(), out


class Clock:
    """Stands still until it is moved."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_away_from_a_terminal_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    console = listening(monkeypatch, person=False)
    clock = Clock()
    working = Working(console[0], clock)
    for step in range(25):
        working.say(f"step {step}")
        clock.now_s += EVERY_S / 10
    working.close()

    assert console[1].getvalue() == "step 10\nstep 20\n"


def test_on_a_terminal_one_line_is_rewritten_and_left_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    console = listening(monkeypatch, person=True)
    working = Working(console[0], Clock())
    working.say("drawing charts: 20 of 100")
    working.say("drawing charts: 40 of 100")
    working.close()
    shown = console[1].getvalue()

    assert "\n" not in shown
    assert "40 of 100" in shown
    assert shown.split("\r")[-2].strip() == ""
