"""The statistics against scipy, published tables and sums done by hand.

How they behave in the long run is in `test_interval_coverage`, `test_false_alarms` and `test_precision`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from bench.judge import stats
from bench.model import Estimate, Verdict
from tests.support.intervals import holds

logs_of_blocks = st.lists(st.floats(-3, 3), min_size=6, max_size=30).filter(lambda logs: float(np.std(logs)) > 1e-6)


class TestInterval:
    @given(logs_of_blocks)
    def test_it_is_students_t_on_the_logs(self, logs: list[float]) -> None:
        n = len(logs)
        low, high = scipy.stats.t.interval(0.95, n - 1, np.mean(logs), scipy.stats.sem(logs))

        estimate = stats.from_logs(logs)

        assert estimate.value == pytest.approx(math.exp(float(np.mean(logs))))
        assert estimate.low == pytest.approx(math.exp(low))
        assert estimate.high == pytest.approx(math.exp(high))
        assert estimate.blocks == n

    @given(logs_of_blocks)
    def test_p_is_that_of_the_one_sample_t_test(self, logs: list[float]) -> None:
        assert stats.p_value(logs) == pytest.approx(scipy.stats.ttest_1samp(logs, 0).pvalue, rel=1e-6, abs=1e-12)

    @given(logs_of_blocks)
    def test_p_is_below_5_percent_exactly_when_the_interval_leaves_1_out(self, logs: list[float]) -> None:
        estimate, p = stats.from_logs(logs), stats.p_value(logs)
        assert p is not None

        assert (p < 0.05) == (not holds(estimate, 1.0))

    @pytest.mark.parametrize("blocks", range(1, 6))
    def test_fewer_than_6_blocks_give_a_value_but_no_interval_and_no_p(self, blocks: int) -> None:
        logs = [0.1 * i for i in range(blocks)]

        estimate = stats.from_logs(logs)

        assert estimate.value == pytest.approx(math.exp(float(np.mean(logs))))
        assert (estimate.low, estimate.high, estimate.blocks) == (None, None, blocks)
        assert stats.p_value(logs) is None

    def test_6_blocks_are_enough(self) -> None:
        logs = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06]

        assert stats.from_logs(logs).low is not None
        assert stats.p_value(logs) is not None

    def test_blocks_that_all_agree_are_certain(self) -> None:
        assert stats.p_value([0.5] * 6) == 0.0
        assert stats.p_value([0.0] * 6) == 1.0

    def test_over_blocks_is_a_geometric_mean(self) -> None:
        estimate = stats.over_blocks([1.0, 4.0, 16.0])

        assert estimate is not None
        assert estimate.value == pytest.approx(4.0)
        assert (estimate.low, estimate.high, estimate.blocks) == (None, None, 3)

    def test_over_blocks_says_of_how_many_blocks_it_speaks(self) -> None:
        estimate = stats.over_blocks([2.0] * 6 + [0.0, -1.0])

        assert estimate is not None
        assert estimate.blocks == 6

    @pytest.mark.parametrize("values", [[], [0.0], [0.0] * 6])
    def test_nothing_positive_is_no_estimate(self, values: list[float]) -> None:
        assert stats.over_blocks(values) is None


class TestHolm:
    def test_it_agrees_with_a_table_worked_out_by_hand(self) -> None:
        # sorted: .005 x 4 = .02, .01 x 3 = .03, .03 x 2 = .06, .04 x 1 = .04 but no less than the one before: .06
        found = stats.holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})

        assert found == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})

    def test_one_p_stays_what_it_is(self) -> None:
        assert stats.holm({"only": 0.04}) == {"only": 0.04}

    def test_no_p_exceeds_1(self) -> None:
        assert stats.holm({1: 0.6, 2: 0.9, 3: 0.5}) == {1: 1.0, 2: 1.0, 3: 1.0}

    def test_ties_are_adjusted_alike(self) -> None:
        assert stats.holm({1: 0.02, 2: 0.02, 3: 0.02}) == pytest.approx({1: 0.06, 2: 0.06, 3: 0.06})

    def test_an_empty_table_stays_empty(self) -> None:
        assert stats.holm({}) == {}

    @given(st.dictionaries(st.integers(), st.floats(0, 1), min_size=1, max_size=15))
    def test_order_is_kept_and_it_lies_between_p_and_bonferroni(self, table: dict[int, float]) -> None:
        p_values: dict[object, float] = {key: p for key, p in table.items()}  # noqa: C416 - dict is invariant in keys

        adjusted = stats.holm(p_values)

        assert adjusted.keys() == table.keys()
        for key, p in table.items():
            assert p <= adjusted[key] <= min(1.0, p * len(table)) + 1e-12
        ordered = sorted(table, key=lambda key: table[key])
        assert all(adjusted[a] <= adjusted[b] for a, b in itertools.pairwise(ordered))


class TestVerdict:
    @pytest.mark.parametrize(
        ("low", "value", "high", "p", "verdict"),
        [
            (1.10, 1.20, 1.31, 0.001, "faster"),
            (0.76, 0.83, 0.91, 0.001, "slower"),
            (0.98, 1.00, 1.02, 0.900, "equivalent"),
            (1.01, 1.02, 1.03, 0.001, "equivalent"),  # different, but too little to matter
            (0.96, 0.97, 0.98, 0.001, "equivalent"),
            (0.90, 1.02, 1.15, 0.700, "inconclusive"),
            (0.99, 1.03, 1.06, 0.200, "inconclusive"),
            (0.94, 0.97, 1.01, 0.200, "inconclusive"),
            (1.02, 1.20, 1.41, 0.060, "inconclusive"),  # Holm took it back
            (1.04, 1.05, 1.06, 0.001, "faster"),
            (0.94, 0.95, 0.96, 0.001, "slower"),
            (1.10, 1.20, 1.31, 0.050, "inconclusive"),  # 5 % itself is not below 5 %
        ],
    )
    def test_table_at_a_margin_of_5_percent(
        self, low: float, value: float, high: float, p: float, verdict: Verdict
    ) -> None:
        assert stats.verdict(Estimate(value, low, high, 6), p, 0.05) == verdict

    def test_the_margin_is_a_factor_so_it_reaches_less_far_down_than_up(self) -> None:
        within = Estimate(1.0, 1 / 1.05, 1.05, 6)
        below = Estimate(1.0, 0.951, 1.05, 6)

        assert stats.verdict(within, 0.5, 0.05) == "equivalent"
        assert stats.verdict(below, 0.5, 0.05) == "inconclusive"

    def test_without_an_interval_there_is_no_verdict(self) -> None:
        assert stats.verdict(Estimate(2.0, None, None, 5), None, 0.05) is None
        assert stats.verdict(Estimate(2.0, None, None, 5), 0.001, 0.05) is None

    def test_without_a_p_there_is_no_verdict(self) -> None:
        assert stats.verdict(Estimate(2.0, 1.9, 2.1, 6), None, 0.05) is None

    @pytest.mark.parametrize(
        ("floor", "verdict"), [(1.0, "faster"), (1.19, "faster"), (1.2, "inconclusive"), (1.5, "inconclusive")]
    )
    def test_no_effect_smaller_than_what_identical_contestants_showed_gets_a_verdict(
        self, floor: float, verdict: Verdict
    ) -> None:
        assert stats.verdict(Estimate(1.2, 1.1, 1.31, 6), 0.001, 0.05, floor) == verdict

    @pytest.mark.parametrize(("floor", "verdict"), [(1.24, "slower"), (1.26, "inconclusive")])
    def test_the_noise_floor_reaches_as_far_down_as_up(self, floor: float, verdict: Verdict) -> None:
        assert stats.verdict(Estimate(0.8, 0.7, 0.91, 6), 0.001, 0.05, floor) == verdict

    def test_the_noise_floor_takes_no_equivalence_away(self) -> None:
        assert stats.verdict(Estimate(1.0, 0.98, 1.02, 6), 0.5, 0.05, 1.5) == "equivalent"

    def test_a_margin_of_nothing_calls_nothing_equivalent_that_could_differ(self) -> None:
        assert stats.verdict(Estimate(1.0, 0.999, 1.001, 6), 0.5, 0.0) == "inconclusive"


class TestTrimmedMean:
    @given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
    def test_it_agrees_with_scipy(self, values: list[float]) -> None:
        assert stats.trimmed_mean(values) == pytest.approx(
            scipy.stats.trim_mean(values, stats.TRIM), rel=1e-9, abs=1e-6
        )

    @pytest.mark.parametrize(("size", "cut"), [(1, 0), (2, 0), (3, 1), (4, 1), (8, 2), (15, 5), (20, 7)])
    def test_it_keeps_the_middle_30_percent_either_end(self, size: int, cut: int) -> None:
        wild = [1e9] * cut + [1.0] * (size - 2 * cut) + [-2e9] * cut

        assert stats.trimmed_mean(wild) == 1.0

    @pytest.mark.parametrize(
        ("kind", "draw"),
        [
            ("sharp peak, fat tails", lambda rng: np.where(rng.random(24) < 0.6, 0.1, 2.0) * rng.normal(size=24)),
            ("heavy tails", lambda rng: rng.standard_t(1.5, 24)),
            ("slow phases", lambda rng: rng.normal(size=24) / 10 + (rng.random(24) < 0.2) * rng.exponential(size=24)),
            ("two peaks", lambda rng: (rng.random(24) < 0.5) + 0.05 * rng.normal(size=24)),
        ],
    )  # fmt: skip
    def test_it_errs_little_more_than_the_better_of_median_and_interquartile_mean(
        self, kind: str, draw: Callable[[np.random.Generator], stats.Floats]
    ) -> None:
        rng = np.random.default_rng(1)
        samples = [draw(rng) for _ in range(3_000)]
        ours, median, interquartile = (
            float(np.std([stats.trimmed_mean(sample, trim) for sample in samples])) for trim in (stats.TRIM, 0.49, 0.25)
        )

        assert ours < 1.5 * min(median, interquartile), kind
        assert ours < max(median, interquartile), kind

    def test_it_does_not_sort_its_argument(self) -> None:
        values = np.array([3.0, 1.0, 2.0])

        stats.trimmed_mean(values)

        assert values.tolist() == [3.0, 1.0, 2.0]


class TestOneBlock:
    def test_the_log_ratio_pairs_passes_by_name(self) -> None:
        ours = {0: 20.0, 1: 200.0, 2: 2000.0}
        theirs = {2: 1000.0, 0: 10.0, 1: 100.0}

        assert stats.paired_log_ratio(ours, theirs) == pytest.approx(math.log(2))

    def test_passes_that_only_one_of_them_has_are_left_out(self) -> None:
        assert stats.paired_log_ratio({0: 20.0, 1: 7.0}, {0: 10.0, 2: 9.0}) == pytest.approx(math.log(2))

    def test_passes_without_success_are_left_out(self) -> None:
        assert stats.paired_log_ratio({0: 20.0, 1: 0.0, 2: 5.0}, {0: 10.0, 1: 9.0, 2: 0.0}) == pytest.approx(
            math.log(2)
        )

    def test_without_a_common_pass_there_is_no_ratio(self) -> None:
        assert stats.paired_log_ratio({0: 1.0}, {1: 1.0}) is None
        assert stats.paired_log_ratio({0: 0.0}, {0: 1.0}) is None

    def test_one_wild_pass_in_five_does_not_move_the_ratio(self) -> None:
        ours = {0: 20.0, 1: 20.0, 2: 20.0, 3: 20.0, 4: 0.001}

        assert stats.paired_log_ratio(ours, dict.fromkeys(range(5), 10.0)) == pytest.approx(math.log(2))

    def test_the_typical_rate_is_the_trimmed_mean_in_logs(self) -> None:
        assert stats.typical_rate({0: 1.0, 1: 10.0, 2: 100.0}) == pytest.approx(10.0)
        assert stats.typical_rate({0: 10.0, 1: 10.0, 2: 10.0, 3: 10.0, 4: 1e-6}) == pytest.approx(10.0)

    def test_there_is_no_typical_rate_when_nothing_succeeded(self) -> None:
        assert stats.typical_rate({}) is None
        assert stats.typical_rate({0: 0.0}) is None


class TestPercentile:
    @pytest.mark.parametrize(("q", "enough"), [(0.5, 20), (0.9, 100), (0.99, 1_000), (0.999, 10_000)])
    def test_it_wants_10_ops_beyond_it(self, q: float, enough: int) -> None:
        assert stats.percentile([{100: enough - 1}], q) is None
        assert stats.percentile([{100: enough}], q) is not None

    def test_the_ops_of_all_blocks_count_together_for_that(self) -> None:
        assert stats.percentile([{100: 100}] * 9, 0.99) is None
        assert stats.percentile([{100: 100}] * 10, 0.99) is not None

    def test_its_value_is_that_of_all_ops_together_in_seconds(self) -> None:
        blocks = [{100: 60}, {120: 30}, {110: 10}]

        estimate = stats.percentile(blocks, 0.65)

        assert estimate is not None
        assert estimate.value == pytest.approx(110e-9)
        assert (estimate.low, estimate.high, estimate.blocks) == (None, None, 3)

    def test_a_block_without_ops_is_no_block(self) -> None:
        estimate = stats.percentile([{100: 50}] * 5 + [{}], 0.5)

        assert estimate is not None
        assert (estimate.blocks, estimate.low) == (5, None)

    def test_nothing_measured_is_no_percentile(self) -> None:
        assert stats.percentile([], 0.5) is None
        assert stats.percentile([{}, {}], 0.5) is None

    def test_blocks_that_all_agree_give_an_interval_without_width(self) -> None:
        estimate = stats.percentile([{100: 50}] * 6, 0.5)

        assert estimate is not None
        assert estimate.low == pytest.approx(100e-9)
        assert estimate.high == pytest.approx(100e-9)

    def test_its_interval_is_the_delete_one_block_jackknife_in_logs(self) -> None:
        blocks = [{value: 20, value + 20: 20} for value in (60, 64, 70, 75, 79, 90)]
        durations = [np.repeat([min(block), max(block)], 20) for block in blocks]
        whole = np.log(np.percentile(np.concatenate(durations), 50, method="inverted_cdf"))
        without = [
            np.log(np.percentile(np.concatenate(durations[:i] + durations[i + 1 :]), 50, method="inverted_cdf"))
            for i in range(6)
        ]
        error = math.sqrt(5 / 6 * sum((one - np.mean(without)) ** 2 for one in without))
        half = scipy.stats.t.ppf(0.975, 5) * error

        estimate = stats.percentile(blocks, 0.5)

        assert estimate is not None
        assert half > 0
        assert estimate.low == pytest.approx(math.exp(whole - half) * 1e-9)
        assert estimate.high == pytest.approx(math.exp(whole + half) * 1e-9)


class TestMaximum:
    def test_its_range_is_that_of_the_blocks_maxima(self) -> None:
        assert stats.maximum([3.0, 9.0, 5.0, 4.0, 8.0, 7.0]) == Estimate(9.0, 3.0, 9.0, 6)

    def test_fewer_than_6_blocks_have_no_range(self) -> None:
        assert stats.maximum([3.0, 9.0]) == Estimate(9.0, None, None, 2)

    def test_nothing_has_no_maximum(self) -> None:
        assert stats.maximum([]) is None
