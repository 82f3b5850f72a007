"""A sign of life: rewritten on a terminal, a line now and then elsewhere, nothing for what is quick."""

from __future__ import annotations

import io

import pytest
from rich.console import Console as RichConsole

from bench.cli.console import Console
from bench.cli.working import EVERY_S, Working


@pytest.fixture
def console(request: pytest.FixtureRequest) -> tuple[Console, io.StringIO]:
    made, out = Console(), io.StringIO()
    made.err = RichConsole(file=out, force_terminal=request.param, width=40)
    return made, out


class Clock:
    """Stands still until it is moved."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize("console", [False], indirect=True)
def test_away_from_a_terminal_a_line_now_and_then(console: tuple[Console, io.StringIO]) -> None:
    clock = Clock()
    working = Working(console[0], clock)
    for step in range(25):
        working.say(f"step {step}")
        clock.now_s += EVERY_S / 10
    working.close()

    assert console[1].getvalue() == "step 10\nstep 20\n"


@pytest.mark.parametrize("console", [True], indirect=True)
def test_on_a_terminal_one_line_is_rewritten_and_left_empty(console: tuple[Console, io.StringIO]) -> None:
    working = Working(console[0], Clock())
    working.say("drawing charts: 20 of 100")
    working.say("drawing charts: 40 of 100")
    working.close()
    shown = console[1].getvalue()

    assert "\n" not in shown
    assert "40 of 100" in shown
    assert shown.split("\r")[-2].strip() == ""
