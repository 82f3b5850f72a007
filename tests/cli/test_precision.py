"""Stopping when it is precise enough: honest by simulation, and right in a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.judge import outlook, stats
from bench.judge.analysis import summarise
from bench.plan import matrix
from tests.support.command import bench
from tests.support.synthetic import run, trial

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
        assert interval.low is not None
        assert interval.high is not None
        covered += np.log(interval.low) <= TRUE <= np.log(interval.high)
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


def test_the_run_says_why_it_stopped(tmp_path: Path) -> None:
    few = ("-r", "sync,threads", "-c", "1", "--budget", "8s", "-o", tmp_path)
    reached = bench("run", "sleep", "--precision", "90%", *few)
    ended = bench("run", "sleep", "--precision", "0.0001%", *few)

    assert "precision ±90.0% was reached after 6 blocks" in reached.out
    assert "the budget ended after" in ended.out


def test_a_plan_with_a_precision_ends_at_a_look_its_budget_has_time_for() -> None:
    from dataclasses import replace

    stored = run(blocks=6)
    plan = replace(stored.plan, settings=replace(stored.plan.settings, precision=0.03, budget_s=600.0))

    looking = matrix.with_looks(plan)

    assert looking.settings.blocks in stats.LOOKS
    assert looking.settings.blocks > 6
    assert looking.settings.budget_s <= 600.0


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
