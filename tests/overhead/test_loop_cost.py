"""What a measured op costs more in our loop than in a bare one: a ratio, so it holds on any machine at any speed."""

from __future__ import annotations

import statistics

import pytest

from tests.support.bare_loops import MODELS, Pair, pair, paired_ratios

MOST = 1.3
ROUNDS = 400
"""Batches of some 0.2 ms in mirrored order; the median of that many ignores what else the machine does."""


@pytest.mark.parametrize("checked", [False, True], ids=["plain", "checked"])
@pytest.mark.parametrize("model", MODELS)
def test_our_loop_costs_at_most_three_tenths_more_than_a_bare_one(model: str, *, checked: bool) -> None:
    with pair(model, checked=checked) as batches:
        paired_ratios(batches, 10)  # lets the interpreter specialise the loops
        ratio = statistics.median(paired_ratios(batches, ROUNDS))

    assert ratio <= MOST, f"{model}: {ratio:.2f} times a bare loop"


def test_the_measure_itself_sees_a_loop_that_costs_more() -> None:
    with pair("sync", checked=False) as plain, pair("sync", checked=True) as checked:
        slower = Pair(ours=checked.ours, bare=plain.untimed, untimed=plain.untimed, ops=plain.ops)
        paired_ratios(slower, 10)

        assert statistics.median(paired_ratios(slower, ROUNDS)) > MOST


def test_equal_loops_cost_the_same() -> None:
    with pair("sync", checked=False) as batches:
        same = Pair(ours=batches.bare, bare=batches.bare, untimed=batches.untimed, ops=batches.ops)
        paired_ratios(same, 10)

        assert statistics.median(paired_ratios(same, ROUNDS)) == pytest.approx(1, abs=0.05)
