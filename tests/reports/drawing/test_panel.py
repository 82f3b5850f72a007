"""Labels and ticks of a panel."""

from __future__ import annotations

import itertools

import pytest

from reports.drawing import panel


def test_labels_are_pushed_apart_and_stay_inside() -> None:
    placed = panel.spread([10, 11, 12, 90], 15, 0, 100)

    assert all(b - a >= 15 - 1e-9 for a, b in itertools.pairwise(placed))
    assert placed[-1] <= 100


@pytest.mark.parametrize(("low", "high"), [(1, 1000), (0.9, 1.1), (3, 70), (5e-9, 3), (99, 101)])
def test_log_ticks_are_few_and_inside(low: float, high: float) -> None:
    ticks = panel.log_ticks(low, high)

    assert 2 <= len(ticks) <= 7
    assert all(low * 0.999 <= tick <= high * 1.001 for tick in ticks)
