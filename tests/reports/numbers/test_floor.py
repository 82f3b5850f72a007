"""What an op that does nothing costs under every runner."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.numbers import floor
from reports.numbers.index import Index


def test_the_floor_is_the_inverse_of_the_rate(make: Callable[..., Index]) -> None:
    index = make(workloads=("noop", "sums"), levels=(1,))
    table = floor.table(index)
    rate = index.cases["noop", 1, "sync"]["throughput_per_s"]
    assert table is not None
    assert rate is not None
    cell = table.rows[0][2]

    assert cell.value == pytest.approx(1 / rate.value)
    assert cell.low == pytest.approx(1 / (rate.high or 0))
    assert floor.table(make()) is None
