"""What is open is told with the cheapest step that settles it, and never with one of more than an hour."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from dataclasses import replace

import numpy as np

from bench.api import Run
from bench.cli.console import Console
from bench.model import StoredRun, TrialResult
from tests.support.synthetic import QUIET, run, trial


def noisy(spread: float, contest_s: float = 1.0) -> StoredRun:
    """Threads and sync are equally fast but for a noise that differs from block to block; asyncio is far behind."""

    def make(runner: str, block: int) -> TrialResult:
        rate = {"asyncio": 100.0}.get(runner, 1000.0) * float(np.exp(spread * (-1) ** block * (runner == "threads")))
        noise = {**QUIET, **dict.fromkeys(("wall_s", "ours_s", "busy_s"), contest_s)}
        return trial(runner, block, rate=rate, noise=noise)

    return replace(run(make), command=("bench", "run", "-o", "some where", "--budget", "2m", "--profile", "full"))


def told(stored: StoredRun) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        Console().results(Run(stored), "sync", to_stdout=True)
    return out.getvalue()


def test_the_step_is_one_contest_between_those_who_are_undecided() -> None:
    lines = told(noisy(0.08)).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("unresolved: "))

    assert lines[at].startswith("unresolved: 1 contest; work at C = 1 between ")
    assert "threads" in lines[at]
    assert "asyncio" not in lines[at]
    words = lines[at + 1].split()
    assert words[words.index("work") :][:5] in (
        ["work", "-r", "sync,threads", "-c", "1"],
        ["work", "-r", "threads,sync", "-c", "1"],
    )
    assert lines[at + 1].endswith("-o 'some where'")
    assert "--profile" not in lines[at + 1]


def test_what_would_take_more_than_an_hour_cannot_be_settled_here() -> None:
    text = told(noisy(0.08, contest_s=900.0))

    assert "this cannot be settled here. Take either, or measure on a quieter machine" in text
    assert "bench run" not in text


def test_where_all_is_settled_nothing_is_asked_for() -> None:
    assert "unresolved" not in told(noisy(0.0))
