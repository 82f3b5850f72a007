"""Histograms merge exactly, and what is read from them is within 1 % of what went in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bench import histogram

HOUR_NS = 3_600 * 10**9


def durations(*, least: int = 0, most: int = HOUR_NS, min_size: int = 0) -> st.SearchStrategy[npt.NDArray[np.int64]]:
    """Durations of every order of magnitude, not only the large ones a uniform draw would give."""
    magnitude = st.integers(max(least, 1).bit_length() - 1, most.bit_length() - 1)
    one = magnitude.flatmap(lambda bits: st.integers(max(least, 1 << bits if bits else 0), min(most, (2 << bits) - 1)))
    return hnp.arrays(np.int64, st.integers(min_size, 60), elements=one)


def exact(values: npt.NDArray[np.int64], q: float) -> float:
    """The inverse of the empirical distribution, by sorting."""
    rank = max(1, int(np.ceil(q * values.size - 1e-9)))
    return float(np.sort(values)[rank - 1])


@given(durations(), durations())
def test_merging_two_histograms_gives_that_of_all_durations_together(
    some: npt.NDArray[np.int64], others: npt.NDArray[np.int64]
) -> None:
    merged = histogram.merge([histogram.count(some), histogram.count(others)])

    assert merged == histogram.count(np.concatenate([some, others]))


def test_merging_leaves_its_parts_alone() -> None:
    part = {5: 1}

    histogram.merge([part, part])

    assert part == {5: 1}


def test_merging_nothing_gives_an_empty_histogram() -> None:
    assert histogram.merge([]) == {}
    assert histogram.count(np.array([], dtype=np.int64)) == {}


@given(durations())
def test_no_duration_is_lost(values: npt.NDArray[np.int64]) -> None:
    assert sum(histogram.count(values).values()) == values.size


@given(st.integers(0, 2**62))
def test_the_middle_of_a_bucket_is_within_1_percent_of_a_duration_in_it(duration: int) -> None:
    (bucket,) = histogram.count(np.array([duration], dtype=np.int64))

    assert abs(histogram.middle_ns(bucket) - duration) <= 0.01 * duration


@given(st.integers(0, 127))
def test_a_bucket_below_128_ns_is_one_nanosecond_wide(duration: int) -> None:
    assert histogram.count(np.array([duration], dtype=np.int64)) == {duration: 1}
    assert histogram.middle_ns(duration) == duration


@pytest.mark.parametrize("power", range(1, 62))
def test_buckets_rise_across_every_power_of_two(power: int) -> None:
    edge = 1 << power
    below, at = (next(iter(histogram.count(np.array([value], dtype=np.int64)))) for value in (edge - 1, edge))

    assert below < at
    assert histogram.middle_ns(below) < histogram.middle_ns(at)


@given(durations(min_size=1), st.sampled_from([0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0]))
def test_a_quantile_is_within_1_percent_of_the_exact_one(values: npt.NDArray[np.int64], q: float) -> None:
    found = histogram.quantile_ns(histogram.count(values), q)

    assert abs(found - exact(values, q)) <= 0.01 * exact(values, q)


def test_a_quantile_is_the_inverse_of_the_distribution_not_an_interpolation() -> None:
    halves = {10: 50, 100: 50}

    assert histogram.quantile_ns(halves, 0.5) == 10
    assert histogram.quantile_ns(halves, 0.51) == 100


@pytest.mark.parametrize(("q", "rank"), [(0.99, 99), (0.9, 90), (0.07, 7), (0.29, 29), (0.57, 57)])
def test_a_quantile_that_falls_on_a_rank_takes_that_rank_whatever_the_product_rounds_to(q: float, rank: int) -> None:
    hundred = dict.fromkeys(range(1, 101), 1)

    assert histogram.quantile_ns(hundred, q) == rank


def test_quantiles_skip_buckets_whose_count_is_zero() -> None:
    assert histogram.quantile_ns({10: 0, 20: 3, 30: 0}, 0.0) == 20
    assert histogram.quantile_ns({10: 0, 20: 3, 30: 0}, 1.0) == 20


@pytest.mark.parametrize("empty", [{}, {10: 0}])
def test_an_empty_histogram_has_no_quantiles(empty: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="empty"):
        histogram.quantile_ns(empty, 0.5)
