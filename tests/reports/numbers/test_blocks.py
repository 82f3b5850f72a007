"""The dots behind an estimate are those it was made of, and a curve goes through the percentiles it names."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench import histogram
from bench.judge import metrics, stats
from reports.numbers import blocks, index
from tests.support import runs


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> index.Index:
    return runs.indexed(tmp_path_factory.mktemp("results") / "run", runs.Shape(workloads=("nap",)))


@pytest.mark.parametrize("metric", [f for f in metrics.ALL if f.per_block and not f.family], ids=lambda f: f.name)
def test_the_blocks_give_the_estimate_of_the_summary(made: index.Index, metric: metrics.Metric) -> None:
    for key, case in made.cases.items():
        expected = case[metric.name]
        if expected is None:
            continue
        again = stats.over_blocks(list(blocks.values(made.trials[(*key, 1)], metric).values()))

        assert again is not None
        assert (again.value, again.low, again.high) == pytest.approx((expected.value, expected.low, expected.high))


@pytest.mark.parametrize("count", [1, 6])
def test_a_curve_is_the_percentile_at_every_share(count: int) -> None:
    own = np.random.default_rng(1)
    histograms = [histogram.count((own.lognormal(16, 0.5, 400)).astype(np.int64)) for _ in range(count)]
    shares = (0.0, 0.3, 0.5, 0.9, 0.975, 0.99, 0.999)

    for share, point in zip(shares, blocks.curve(histograms, shares), strict=True):
        expected = stats.percentile(histograms, share)
        if expected is None:
            assert point is None
            continue
        assert point is not None
        assert point.value == pytest.approx(expected.value)
        assert (point.low is None) == (expected.low is None)
        if expected.low is not None:
            assert (point.low, point.high) == pytest.approx((expected.low, expected.high))


def test_a_curve_without_ops_is_empty() -> None:
    assert blocks.curve([{}], (0.5,)) == [None]
    assert blocks.curve([], (0.5,)) == [None]


def test_ratios_are_paired_by_block() -> None:
    ours = {0: 2.0, 1: 20.0, 2: 200.0, 3: 2.0, 4: 2.0, 5: 2.0}
    theirs = {block: value / 2 for block, value in ours.items()} | {9: 1.0}
    found = blocks.ratio(ours, theirs)

    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((2.0, 2.0, 2.0))
    assert blocks.ratio({0: 1.0}, {1: 1.0}) is None


def test_each_further_worker_is_the_slope() -> None:
    small = {block: 10.0 + block for block in range(6)}
    large = {block: 10.0 + block + 63 * 4.0 for block in range(6)}
    found = blocks.per_worker(small, large, 63)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((4.0, 4.0, 4.0))

    few = blocks.per_worker({0: 1.0}, {0: 2.0}, 1)
    assert few is not None
    assert few.low is None


def test_slopes_may_be_negative_and_still_have_an_interval() -> None:
    found = blocks.per_worker(dict.fromkeys(range(6), 10.0), {b: 9.0 + b / 10 for b in range(6)}, 1)

    assert found is not None
    assert found.low is not None
    assert found.low < found.value < 0
    assert not math.isnan(found.value)
