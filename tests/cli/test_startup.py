"""Asking for help must not cost a second; a ratio and not an absolute time, as machines differ."""

from __future__ import annotations

import time

from tests.support.command import python


def seconds(*arguments: str) -> float:
    began = time.perf_counter()
    done = python(*arguments)
    took_s = time.perf_counter() - began
    assert done.code == 0, done.err
    return took_s


def test_help_costs_little_more_than_starting_python_and_importing_click() -> None:
    """At most twice: the rest of the 150 ms the project allows itself on an ordinary machine."""
    ratios = sorted(
        seconds("-m", "bench", "--help") / seconds("-c", "import click, inspect, dataclasses") for _ in range(7)
    )

    assert ratios[len(ratios) // 2] < 2
