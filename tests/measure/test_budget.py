"""Sharing a budget, on a clock that the test moves."""

from __future__ import annotations

import pytest

from bench.measure.budget import Budget


class Clock:
    """A clock that stands still until told to move."""

    def __init__(self, now_s: float = 0.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s


def shares(budget: Budget, clock: Clock, contests: int, overrun_s: float = 0.0) -> list[float]:
    """Length of each contest when every one ends when it should, or so much later."""
    lengths = []
    for _ in range(contests):
        ends_s = budget.contest_ends_s()
        lengths.append(ends_s - clock.now_s)
        clock.now_s = ends_s + overrun_s
    return lengths


def test_contests_share_what_launching_leaves_in_equal_parts() -> None:
    clock = Clock(1_000.0)
    budget = Budget(62.0, contests=3, launches=1, now=clock)
    clock.now_s += 2.0
    budget.launched(2.0)

    assert shares(budget, clock, 3) == pytest.approx([20.0, 20.0, 20.0])
    assert budget.left_s() == pytest.approx(0.0)


def test_before_any_launch_one_is_guessed_to_take_a_second() -> None:
    budget = Budget(104.0, contests=10, launches=4, now=Clock())

    assert budget.contest_ends_s() == pytest.approx(10.0)


def test_launches_ahead_are_expected_to_take_what_those_seen_took_on_average() -> None:
    budget = Budget(100.0, contests=5, launches=4, now=Clock())
    budget.launched(2.0)
    budget.launched(4.0)

    assert budget.contest_ends_s() == pytest.approx((100.0 - 2 * 3.0) / 5)


def test_what_one_contest_overdraws_the_others_pay_in_equal_parts() -> None:
    clock = Clock()
    budget = Budget(40.0, contests=4, launches=0, now=clock)

    first = budget.contest_ends_s()
    clock.now_s = first + 6.0

    assert first == pytest.approx(10.0)
    assert shares(budget, clock, 3) == pytest.approx([8.0, 8.0, 8.0])


def test_what_one_contest_saves_the_others_get() -> None:
    clock = Clock()
    budget = Budget(40.0, contests=4, launches=0, now=clock)

    budget.contest_ends_s()
    clock.now_s = 1.0

    assert shares(budget, clock, 3) == pytest.approx([13.0, 13.0, 13.0])


def test_an_overdrawn_budget_ends_contests_at_once_and_never_in_the_past() -> None:
    clock = Clock()
    budget = Budget(10.0, contests=2, launches=0, now=clock)
    clock.now_s = 25.0

    assert budget.contest_ends_s() == 25.0
    assert budget.left_s() == -15.0


def test_more_contests_than_foreseen_still_get_an_end() -> None:
    clock = Clock()
    budget = Budget(10.0, contests=1, launches=0, now=clock)

    budget.contest_ends_s()

    assert budget.contest_ends_s() == pytest.approx(10.0)
