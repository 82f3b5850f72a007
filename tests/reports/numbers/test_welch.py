"""Two runs without common blocks: coverage, false alarms and known values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as oracle

from reports.numbers import welch
from tests.support.intervals import holds


def test_agrees_with_scipy() -> None:
    own = np.random.default_rng(1)
    ours, theirs = own.lognormal(0.1, 0.05, 6), own.lognormal(0.0, 0.2, 9)
    found = welch.compare(list(ours), list(theirs))
    expected = oracle.ttest_ind(np.log(ours), np.log(theirs), equal_var=False)
    interval = expected.confidence_interval(0.95)

    assert found is not None
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.ratio.low, found.ratio.high) == pytest.approx((np.exp(interval.low), np.exp(interval.high)))


def test_covers_the_truth_with_unequal_spreads_and_counts() -> None:
    own = np.random.default_rng(2)
    covered, runs = 0, 2000
    for _ in range(runs):
        found = welch.compare(list(own.lognormal(0.3, 0.02, 6)), list(own.lognormal(0.0, 0.10, 12)))
        assert found is not None
        covered += holds(found.ratio, np.exp(0.3))

    assert 0.935 <= covered / runs <= 0.965


def test_turning_it_round_inverts_it() -> None:
    own = np.random.default_rng(3)
    ours, theirs = list(own.lognormal(0.2, 0.1, 6)), list(own.lognormal(0, 0.1, 7))
    one, other = welch.compare(ours, theirs), welch.compare(theirs, ours)

    assert one is not None
    assert other is not None
    assert one.p == pytest.approx(other.p)
    assert one.ratio.value == pytest.approx(1 / other.ratio.value)
    assert one.ratio.low == pytest.approx(1 / (other.ratio.high or 0))


@pytest.mark.parametrize(("ours", "theirs"), [([1.0] * 5, [1.0] * 9), ([1.0] * 9, [1.0])])
def test_below_six_blocks_there_is_no_interval(ours: list[float], theirs: list[float]) -> None:
    found = welch.compare(ours, theirs)

    assert found is not None
    assert found.ratio.low is None
    assert found.p is None


def test_nothing_compares_with_nothing() -> None:
    assert welch.compare([], [1.0]) is None


def test_values_without_spread_have_an_interval_of_no_width() -> None:
    found = welch.compare([2.0] * 6, [1.0] * 6)

    assert found is not None
    assert (found.ratio.low, found.ratio.high, found.p) == (2.0, 2.0, 0.0)
