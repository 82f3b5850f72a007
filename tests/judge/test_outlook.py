"""What a run left open, and how much more measuring it would take."""

from __future__ import annotations

import numpy as np

from bench.judge import outlook
from bench.judge.analysis import summarise
from tests.support.synthetic import run, trial


def test_the_outlook_counts_open_contests_and_asks_for_more_time_the_noisier_they_are() -> None:
    def noisy(spread: float) -> outlook.Outlook | None:
        stored = run(
            lambda r, b: trial(r, b, rate=1000 * float(np.exp(spread * (-1) ** b * (r == "threads")))),
            runners=("sync", "threads"),
        )
        return outlook.of(summarise(stored), stored)

    settled, some, more = noisy(0.0), noisy(0.08), noisy(0.3)

    assert settled is None
    assert some is not None
    assert more is not None
    assert some.unresolved == 1
    assert some.cheapest.runners == ("threads", "sync")
    assert 0 < some.cheapest.takes_s < more.cheapest.takes_s
