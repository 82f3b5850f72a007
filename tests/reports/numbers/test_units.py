"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.model import Estimate
from reports.numbers import units


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (22127, "22,100"), (999.6, "1,000"), (99.96, "100"), (12.345, "12.3"), (1.3051, "1.31"),
     (0.99961, "1.00"),
     (0.0421, "0.0421"), (0.00000123, "0.00000123"), (-3.14159, "-3.14"), (3_684_000, "3,680,000")],
)  # fmt: skip
def test_three_digits(value: float, shown: str) -> None:
    assert units.digits(value) == shown


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_digits_are_right_to_half_a_percent_and_have_no_exponent(value: float) -> None:
    shown = units.digits(value)

    assert "e" not in shown
    assert float(shown.replace(",", "")) == pytest.approx(value, rel=0.00502)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(250e-9, "250 ns"), (12.34e-6, "12.3 µs"), (0.00999999, "10.0 ms"), (0.9999, "1.00 s"), (90.0, "90.0 s")],
)
def test_seconds_take_the_unit_that_fits(value: float, shown: str) -> None:
    assert units.seconds(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(512, "512 B"), (40 * 1024, "40.0 KiB"), (12.5 * 2**20, "12.5 MiB")])
def test_sizes_take_the_unit_that_fits(value: float, shown: str) -> None:
    assert units.size(value) == shown


def test_an_estimate_never_stands_alone() -> None:
    assert units.estimate(Estimate(4152, 4021, 4288, 6), units.rate_scale) == "4,150 [4,020, 4,290] ops/s"
    assert units.estimate(Estimate(0.012, 0.0009, 0.013, 6), units.seconds_scale) == "12.0 [0.9, 13.0] ms"
    assert units.estimate(Estimate(12, None, None, 1), units.seconds_scale, 1e-3) == "12.0 ms (one block)"
    assert units.estimate(Estimate(12, None, None, 3), units.rate_scale) == "12.0 ops/s (3 blocks, no interval)"


def test_durations_and_lists() -> None:
    assert units.duration(152.2) == "2 min 32 s"
    assert units.duration(59) == "59.0 s"
    assert units.duration(3725) == "1 h 2 min"
    assert units.join(["a"]) == "a"
    assert units.join(["a", "b", "c"], "or") == "a, b or c"
    assert units.join([]) == ""
    assert units.span([6, 6], "block") == "6 blocks"
    assert units.span([1, 1], "block") == "1 block"
    assert units.span([1200, 9400], "op") == "1,200 to 9,400 ops"
