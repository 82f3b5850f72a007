"""A run says the same of a pair from either side, whatever the rates of the two."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.judge import analysis
from bench.model import Comparison
from tests.support import synthetic

Rates = list[list[float]]
"""Rates of one contestant: block by block, round by round."""


@st.composite
def two_contestants(draw: st.DrawFn) -> tuple[Rates, Rates]:
    blocks, rounds = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    rates = st.lists(st.lists(st.floats(0.1, 1e7), min_size=rounds, max_size=rounds), min_size=blocks, max_size=blocks)
    close = draw(st.booleans())  # near each other, so that all four verdicts come up
    ours = draw(rates)
    if not close:
        return ours, draw(rates)
    factor = draw(st.floats(0.8, 1.25))
    jitter = draw(st.lists(st.floats(0.97, 1.03), min_size=blocks, max_size=blocks))
    return ours, [[factor * wobble * rate for rate in block] for wobble, block in zip(jitter, ours, strict=True)]


def compared(sync: Rates, threads: Rates) -> dict[str, Comparison]:
    """The pair in both directions, by the runner that stands above the line."""
    trials = [
        synthetic.of_turns(runner, block, [synthetic.turn(number, rate) for number, rate in enumerate(rates[block])])
        for block in range(len(sync))
        for runner, rates in (("sync", sync), ("threads", threads))
    ]
    made = synthetic.plan(("sync", "threads"), blocks=len(sync))
    return {pair.runner: pair for pair in analysis.summarise(synthetic.completed(made, trials)).comparisons}


def mirrored(one: Comparison, other: Comparison) -> None:
    """Assert that two comparisons say the same, seen from either side."""
    for ours, theirs in ((one.ratio, other.ratio), (one.mean_ratio, other.mean_ratio)):
        assert ours.value * theirs.value == pytest.approx(1.0)
        assert ours.blocks == theirs.blocks
        assert (ours.low is None) == (ours.high is None) == (theirs.low is None) == (theirs.high is None)
        if ours.low and ours.high and theirs.low and theirs.high:
            assert ours.low * theirs.high == pytest.approx(1.0)
            assert ours.high * theirs.low == pytest.approx(1.0)
    assert (one.p is None) == (other.p is None)
    if one.p is not None:
        assert one.p == pytest.approx(other.p, rel=1e-6, abs=1e-12)
    assert one.verdict == synthetic.MIRRORED[other.verdict]


def constant(rate: float) -> Rates:
    return [[rate] * 3] * 6


class TestAntisymmetry:
    @given(two_contestants())
    @example((constant(100.0), constant(105.0)))  # on the margin to the last digit
    @example((constant(900.0), constant(945.0)))
    @example((constant(7.0), constant(7.0)))
    def test_one_run_says_the_same_of_a_pair_from_either_side(self, rates: tuple[Rates, Rates]) -> None:
        pairs = compared(*rates)

        assert pairs.keys() == {"sync", "threads"}
        mirrored(pairs["sync"], pairs["threads"])

    @given(two_contestants())
    @example((constant(100.0), constant(105.0)))
    @example((constant(900.0), constant(945.0)))
    def test_swapping_the_contestants_swaps_the_verdict_and_nothing_else(self, rates: tuple[Rates, Rates]) -> None:
        sync, threads = rates

        mirrored(compared(sync, threads)["threads"], compared(threads, sync)["threads"])

    @given(two_contestants(), st.sampled_from([0.25, 4.0, 1024.0]))
    def test_a_machine_that_is_so_many_times_as_fast_gives_the_same_ratio(
        self, rates: tuple[Rates, Rates], factor: float
    ) -> None:
        sync, threads = rates

        slow = compared(sync, threads)["threads"]
        fast = compared(*([[factor * rate for rate in block] for block in side] for side in (sync, threads)))["threads"]

        assert fast.ratio.value == pytest.approx(slow.ratio.value)
        assert fast.ratio.low == pytest.approx(slow.ratio.low)
        assert fast.ratio.high == pytest.approx(slow.ratio.high)
        assert fast.verdict == slow.verdict

    @given(two_contestants())
    def test_a_verdict_is_given_from_6_blocks_on(self, rates: tuple[Rates, Rates]) -> None:
        pair = compared(*rates)["threads"]

        assert (pair.verdict is not None) == (len(rates[0]) >= 6)

    @given(two_contestants())
    def test_the_loser_is_never_called_faster(self, rates: tuple[Rates, Rates]) -> None:
        pair = compared(*rates)["threads"]

        assert pair.verdict != ("slower" if pair.ratio.value > 1 else "faster")
