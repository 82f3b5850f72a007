"""Runs against runs: known values, coverage, false alarms and power, with the run as the unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats as oracle

from bench.judge import stats
from reports.numbers import sides, welch
from tests.support.intervals import holds

TIMES = 4000


def verdicts(own: np.random.Generator, runs: int, spread: float, ratio: float) -> dict[str | None, float]:
    """Shares of each verdict when runs of equal spread are compared."""
    found = [
        welch.compare(list(ratio * own.lognormal(0, spread, runs)), list(own.lognormal(0, spread, runs)))
        for _ in range(TIMES)
    ]
    given = [stats.verdict(one.ratio, one.p, 0.05) for one in found if one]
    return {verdict: given.count(verdict) / TIMES for verdict in set(given)}


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
    covered = 0
    for _ in range(TIMES):
        found = welch.compare(list(own.lognormal(0.3, 0.02, 4)), list(own.lognormal(0.0, 0.10, 12)))
        assert found is not None
        covered += holds(found.ratio, np.exp(0.3))

    assert 0.935 <= covered / TIMES <= 0.965


def test_four_runs_of_equal_code_each_are_called_different_at_most_in_one_of_twenty() -> None:
    found = verdicts(np.random.default_rng(4), 4, 0.05, 1.0)

    assert found.get("faster", 0) + found.get("slower", 0) <= 0.05
    assert None not in found


def test_thirty_percent_are_found_with_six_runs_each() -> None:
    assert verdicts(np.random.default_rng(5), 6, 0.03, 1.3)["faster"] >= 0.99


def test_blocks_of_one_run_each_would_call_equal_code_different() -> None:
    """What the run as the unit is for: 6 blocks within 2.8 %, on a machine that drifts by 14.8 % between runs."""
    own = np.random.default_rng(6)
    alarms = 0
    for _ in range(TIMES):
        one, other = (own.lognormal(own.normal(0, 0.148), 0.028, 6) for _ in range(2))
        blocks = welch.compare(list(one), list(other))
        runs = welch.compare([float(np.exp(np.log(one).mean()))], [float(np.exp(np.log(other).mean()))])
        assert blocks is not None
        assert runs is not None
        assert runs.p is None
        alarms += (blocks.p or 1) < 0.05

    assert alarms / TIMES > 0.4


@pytest.mark.parametrize(
    ("order", "least", "most"),
    [("ABABABAB", 0, 0.02), ("ABBAABBA", 0, 0.03), ("AABBAABB", 0, 0.05), ("AABBAABBAABB", 0, 0.05),
     ("AAAAAABBBBBB", 0.4, 1), ("AAABBBAAABBB", 0.06, 1)],
)  # fmt: skip
def test_on_a_machine_that_walks_only_runs_in_turn_are_judged(order: str, least: float, most: float) -> None:
    own = np.random.default_rng(7)
    ours, theirs = ([place for place, letter in enumerate(order) if letter == side] for side in "AB")
    alarms = 0
    for _ in range(TIMES):
        speeds = np.exp(np.cumsum(own.normal(0, 0.05, len(order))))
        found = welch.compare(list(speeds[ours]), list(speeds[theirs]))
        assert found is not None
        alarms += (found.p or 1) < 0.05

    assert least <= alarms / TIMES <= most
    assert (sides.lead(moments(ours), moments(theirs)) <= sides.AHEAD) == (most <= 0.05)


def test_a_lead_is_counted_in_runs_of_the_smaller_side() -> None:
    assert sides.lead(moments([0, 3, 6, 9]), moments([1, 2, 4, 5, 7, 8, 10, 11])) == 1
    assert sides.lead(moments([0, 1, 2, 3]), moments([4, 5, 6, 7])) == 4
    assert sides.lead(moments([0, 0, 0, 0]), moments([0, 0, 0, 0])) == 0


def moments(places: Sequence[int]) -> list[str]:
    return [f"2026-01-02T{place:02d}:00:00+00:00" for place in places]


def test_turning_it_round_inverts_it() -> None:
    own = np.random.default_rng(3)
    ours, theirs = list(own.lognormal(0.2, 0.1, 6)), list(own.lognormal(0, 0.1, 7))
    one, other = welch.compare(ours, theirs), welch.compare(theirs, ours)

    assert one is not None
    assert other is not None
    assert one.p == pytest.approx(other.p)
    assert one.ratio.value == pytest.approx(1 / other.ratio.value)
    assert one.ratio.low == pytest.approx(1 / (other.ratio.high or 0))


@pytest.mark.parametrize(("ours", "theirs"), [([1.0] * 3, [1.0] * 9), ([1.0] * 9, [1.0])])
def test_below_four_runs_there_is_no_interval_and_the_words_say_what_the_ratio_is(
    ours: list[float], theirs: list[float]
) -> None:
    found = welch.compare(ours, theirs)

    assert found is not None
    assert found.ratio.low is None
    assert found.p is None
    assert found.words == "1.00× (between runs, not paired)"


def test_nothing_compares_with_nothing() -> None:
    assert welch.compare([], [1.0]) is None


def test_values_without_spread_have_an_interval_of_no_width() -> None:
    found = welch.compare([2.0] * 4, [1.0] * 4)

    assert found is not None
    assert (found.ratio.low, found.ratio.high, found.p) == (2.0, 2.0, 0.0)
