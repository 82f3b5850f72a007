"""Do intervals hold the truth as often as they say? Seeded simulations of ratios and percentiles that are known."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import scipy.stats

from bench import histogram
from bench.judge import stats
from bench.judge.stats import from_logs, paired_log_ratio
from tests.support.intervals import holds

Floats = npt.NDArray[np.float64]
MS = 1_000_000

Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.normal(0.0, 1.0, shape)


def heavy(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.standard_t(3.5, shape)


def bimodal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """A fast and a slow mode, the slow one rarer and 3 away; centred."""
    return 3.0 * ((rng.random(shape) < 0.3) - 0.3) + rng.normal(0.0, 0.3, shape)


class TestCoverage:
    """Two contestants whose true ratio is 1.1: every round and every launch of either is disturbed."""

    TRUE, ROUNDS, RUNS = 1.1, 8, 2_500

    @pytest.mark.parametrize("blocks", [6, 10, 20])
    @pytest.mark.parametrize("disturbance", [normal, heavy, bimodal])
    def test_95_percent_intervals_hold_the_true_ratio_93_to_97_times_in_100(
        self, disturbance: Draw, blocks: int
    ) -> None:
        rng = np.random.default_rng([blocks, len(disturbance.__name__)])
        rounds = 0.08 * disturbance(rng, (self.RUNS, blocks, 2, self.ROUNDS))
        launches = 0.03 * disturbance(rng, (self.RUNS, blocks, 2, 1))
        machine = 0.2 * normal(rng, (self.RUNS, blocks, 1, self.ROUNDS))  # hits both sides of a round alike
        rates = 1_000.0 * np.exp(rounds + launches + machine)
        rates[:, :, 0] *= self.TRUE

        hits = sum(self._holds_the_truth(run) for run in rates)

        assert 0.93 <= hits / self.RUNS <= 0.97

    def _holds_the_truth(self, rates: Floats) -> bool:
        logs = [paired_log_ratio(dict(enumerate(ours)), dict(enumerate(theirs))) for ours, theirs in rates.tolist()]
        return holds(from_logs([log for log in logs if log is not None]), self.TRUE)


class TestPercentiles:
    """Lognormal latencies of a millisecond; every launch shifts all of its own by a few percent."""

    SIGMA, OPS, RUNS = 0.5, 600, 400

    def _blocks(self, rng: np.random.Generator, blocks: int, launch_sigma: float) -> list[histogram.Histogram]:
        shifts = rng.normal(0.0, launch_sigma, (blocks, 1))
        latencies = MS * np.exp(shifts + rng.normal(0.0, self.SIGMA, (blocks, self.OPS)))
        return [histogram.count(block) for block in latencies.astype(np.int64)]

    def _true_s(self, q: float, launch_sigma: float) -> float:
        return 1e-3 * math.exp(scipy.stats.norm.ppf(q) * math.hypot(self.SIGMA, launch_sigma))

    @pytest.mark.parametrize("blocks", [6, 10, 20])
    @pytest.mark.parametrize("q", [0.5, 0.99])
    @pytest.mark.parametrize("launch_sigma", [0.03, 0.15])
    def test_their_intervals_hold_the_true_one_at_least_90_times_in_100(
        self, launch_sigma: float, q: float, blocks: int
    ) -> None:
        rng = np.random.default_rng([blocks, int(100 * q), int(100 * launch_sigma)])
        hits = 0
        for _ in range(self.RUNS):
            estimate = stats.percentile(self._blocks(rng, blocks, launch_sigma), q)
            assert estimate is not None
            hits += holds(estimate, self._true_s(q, launch_sigma))

        assert hits / self.RUNS >= 0.90

    @pytest.mark.parametrize("blocks", [6, 10, 20])
    def test_so_do_those_of_a_median_whose_latencies_are_as_narrow_as_a_timers(
        self, blocks: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(self, "SIGMA", 0.1)
        rng = np.random.default_rng([blocks, 1])
        hits = 0
        for _ in range(self.RUNS):
            estimate = stats.percentile(self._blocks(rng, blocks, 0.01), 0.5)
            assert estimate is not None
            hits += holds(estimate, self._true_s(0.5, 0.01))

        assert hits / self.RUNS >= 0.90

    def test_pooling_ops_as_if_independent_would_hold_it_less_than_half_the_time(self) -> None:
        rng = np.random.default_rng(50)
        hits = 0
        for _ in range(self.RUNS):
            pooled = histogram.merge(self._blocks(rng, 6, 0.15))
            half = 1.96 * math.sqrt(0.25 / (6 * self.OPS))  # the binomial interval of a median
            low, high = (histogram.quantile_ns(pooled, 0.5 + sign * half) / 1e9 for sign in (-1, 1))
            hits += low <= self._true_s(0.5, 0.15) <= high

        assert hits / self.RUNS < 0.5

    @pytest.mark.parametrize("q", [0.5, 0.9, 0.99])
    def test_their_value_is_within_1_percent_of_the_exact_one_of_all_ops(self, q: float) -> None:
        latencies = (MS * np.random.default_rng(51).lognormal(0.0, 1.0, (6, 5_000))).astype(np.int64)

        estimate = stats.percentile([histogram.count(block) for block in latencies], q)

        assert estimate is not None
        assert estimate.value == pytest.approx(float(np.quantile(latencies, q, method="inverted_cdf")) / 1e9, rel=0.01)
