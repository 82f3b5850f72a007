"""Asking for help must not cost a second; a ratio and not an absolute time, as machines differ."""

from __future__ import annotations

import os

from tests.support.command import python

HELP = ("-m", "bench", "--help")
LEAST = ("-c", "import click, inspect, dataclasses")


def cpu_s(arguments: tuple[str, ...]) -> float:
    """CPU seconds: other programs take none of them. To the tick (10 ms) of all children's sum."""
    before = os.times()
    done = python(*arguments)
    after = os.times()
    assert done.code == 0, done.err
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_help_costs_little_more_than_starting_python_and_importing_click() -> None:
    """At most twice: the rest of the 150 ms the project allows itself on an ordinary machine."""
    cpu_s(HELP)  # compiles what was not yet compiled
    taken = [(cpu_s(HELP), cpu_s(LEAST)) for _ in range(7)]  # by turns

    assert sum(ours for ours, _ in taken) < 2 * sum(least for _, least in taken)
