"""Asking for help must not cost a second; a ratio and not an absolute time, as machines differ."""

from __future__ import annotations

import os

from tests.support.command import python


def cpu_s(*arguments: str) -> float:
    """CPU seconds, of which other programs take none. To the tick (10 ms) of the sum."""
    before = os.times()
    for _ in range(7):
        done = python(*arguments)
        assert done.code == 0, done.err
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_help_costs_little_more_than_starting_python_and_importing_click() -> None:
    """At most twice: the rest of the 150 ms the project allows itself on an ordinary machine."""
    assert cpu_s("-m", "bench", "--help") < 2 * cpu_s("-c", "import click, inspect, dataclasses")
