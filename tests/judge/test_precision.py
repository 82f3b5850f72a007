"""Stopping when it is precise enough keeps the promise of the intervals: simulations, and the rule by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.judge import stats
from tests.support.intervals import holds

TRUE = 0.1
RUNS = 1000


def stopped_at(logs: np.ndarray, precision: float) -> int:
    """Blocks after which a run with these block values stops, looking where it may."""
    for look in stats.LOOKS:
        if look > logs.size:
            break
        if stats.precise_enough([logs[:look].tolist()], look, precision):
            return look
    return max(look for look in stats.LOOKS if look <= logs.size)


@pytest.mark.parametrize("precision", [0.02, 0.03, 0.05])
@pytest.mark.parametrize("noise", ["normal", "heavy", "bimodal"])
def test_intervals_cover_at_least_93_percent_although_the_run_stops_when_it_likes_them(
    precision: float, noise: str
) -> None:
    rng = np.random.default_rng([1, int(precision * 100), len(noise)])
    draws = {
        "normal": lambda: rng.normal(0, 0.04, 48),
        "heavy": lambda: rng.standard_t(4, 48) * 0.03,
        "bimodal": lambda: rng.choice([-0.04, 0.04], 48) + rng.normal(0, 0.01, 48),
    }
    covered, stops = 0, set()
    for _ in range(RUNS):
        logs = TRUE + draws[noise]()
        blocks = stopped_at(logs, precision)
        interval = stats.from_logs(logs[:blocks].tolist(), stats.stopped_confidence(precision, blocks))
        covered += holds(interval, np.exp(TRUE))
        stops.add(blocks)

    assert len(stops) > 1, "the rule must be seen stopping at different looks"
    assert covered / RUNS >= 0.93


def test_a_run_looks_only_at_fixed_counts() -> None:
    narrow = [0.0] * 7 + [1e-9]

    assert not stats.precise_enough([narrow[:7]], 7, 0.5)
    assert stats.precise_enough([narrow], 8, 0.5)


def test_one_wide_interval_keeps_the_run_going() -> None:
    narrow, wide = [0.0, 0.001] * 3, [0.0, 0.5] * 3

    assert stats.precise_enough([narrow], 6, 0.02)
    assert not stats.precise_enough([narrow, wide], 6, 0.02)
    assert not stats.precise_enough([], 6, 0.02)


def test_the_error_is_spent_over_the_looks() -> None:
    spent = sum(1 - stats.spent_confidence(look) for look in range(len(stats.LOOKS)))

    assert spent <= stats.ALPHA
