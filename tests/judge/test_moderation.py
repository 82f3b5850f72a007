"""Variances that learn from each other: with known truth, in seeded simulations."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest

from bench.judge import stats
from bench.judge.moderation import MOST_DEGREES, Prior, moderated, prior_of

Spreads = Callable[[np.random.Generator], list[float]]


def workload(rng: np.random.Generator, spreads: list[float], blocks: int = 6) -> list[list[float]]:
    """Log ratios of all pairs of contestants of one speed in a contest."""
    samples = []
    for _ in range(1):
        values = np.array([rng.normal(0, spread, blocks) for spread in spreads])
        samples += [(values[i] - values[j]).tolist() for i, j in combinations(range(len(spreads)), 2)]
    return samples


KINDS: dict[str, Spreads] = {
    "all alike": lambda rng: [0.01] * 5,
    "a factor of two": lambda rng: [0.01, 0.01, 0.02, 0.02, 0.01],
    "one is noisy": lambda rng: [0.005, 0.005, 0.03, 0.005, 0.005],
    "drawn anew": lambda rng: [float(0.01 * math.exp(rng.normal(0, 0.5))) for _ in range(5)],
}


@pytest.mark.parametrize("kind", KINDS)
def test_intervals_cover_what_they_say_and_are_narrower(kind: str) -> None:
    rng = np.random.default_rng(1)
    covered, widths, plain = [], [], []
    for _ in range(400):
        samples = workload(rng, KINDS[kind](rng))
        prior = prior_of(samples)
        for sample in samples:
            ours, alone = stats.from_logs(sample, prior=prior), stats.from_logs(sample)
            assert ours.low is not None
            assert ours.high is not None
            assert alone.low is not None
            assert alone.high is not None
            covered.append(ours.low <= 1 <= ours.high)
            widths.append(math.log(ours.high / ours.low))
            plain.append(math.log(alone.high / alone.low))

    assert 0.935 <= np.mean(covered) <= 0.97
    assert np.mean(widths) < np.mean(plain)


@pytest.mark.parametrize("kind", KINDS)
def test_false_alarms_of_a_contest_stay_below_5_percent(kind: str) -> None:
    rng = np.random.default_rng(2)
    alarms = 0
    for _ in range(400):
        samples = workload(rng, KINDS[kind](rng))
        prior = prior_of(samples)
        ps: dict[object, float] = {i: stats.p_value(sample, prior) or 0.0 for i, sample in enumerate(samples[:10])}
        alarms += any(p < stats.ALPHA for p in stats.holm(ps).values())

    assert alarms / 400 < 0.07  # 5 % and three standard errors of 400 contests


def test_what_a_pair_six_times_as_noisy_as_the_others_pays_is_what_the_module_says() -> None:
    rng = np.random.default_rng(3)
    covered = []
    for _ in range(1_500):
        samples = workload(rng, KINDS["one is noisy"](rng))
        ours = stats.from_logs(samples[1], prior=prior_of(samples))
        assert ours.low is not None
        assert ours.high is not None
        covered.append(ours.low <= 1 <= ours.high)

    assert 0.88 < np.mean(covered) < 0.93


def test_pairs_that_are_alike_count_for_each_other_and_unlike_ones_do_not() -> None:
    rng = np.random.default_rng(4)
    alike = prior_of([rng.normal(0, 0.02, 6).tolist() for _ in range(200)])
    unlike = prior_of([rng.normal(0, 10.0 ** rng.uniform(-4, 0), 6).tolist() for _ in range(200)])

    assert alike is not None
    assert alike.degrees == MOST_DEGREES
    assert math.sqrt(alike.variance) == pytest.approx(0.02, rel=0.1)
    assert unlike is None or unlike.degrees < 1


@pytest.mark.parametrize("pairs", [0, 1, 5])
def test_few_pairs_tell_nothing(pairs: int) -> None:
    assert prior_of([[0.0, 0.1, 0.2, 0.1, 0.0, 0.3]] * pairs) is None


def test_without_a_prior_a_variance_stays_what_it_is() -> None:
    assert moderated(2.0, 5, None) == (2.0, 5)
    assert moderated(2.0, 5, Prior(1.0, 5.0)) == (1.5, 10.0)
