"""Sharing a budget, on a clock that the test moves."""

from __future__ import annotations

import pytest

from bench.measure.budget import Budget
from bench.measure.pace import Need


class Clock:
    """A clock that stands still until told to move."""

    def __init__(self, now_s: float = 0.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s


def worth(weight: float, round_s: float = 0.0, enough_s: float = 0.0) -> Need:
    return Need(weight, round_s, enough_s)


def hold(budget: Budget, clock: Clock, contest: str, *, fixed_s: float = 0.0, need: Need | None = None) -> float:
    """Hold a contest for as long as it is given; return the seconds of its rounds."""
    rounds_s = budget.rounds_s(contest)
    clock.now_s += rounds_s + fixed_s
    budget.held(contest, fixed_s, need)
    return rounds_s


def free(clock: Clock, total_s: float, **contests: int) -> Budget:
    """A budget whose contests are known to cost nothing beside their rounds."""
    budget = Budget(total_s, {name: ahead + 1 for name, ahead in contests.items()}, 0, clock)
    for name in contests:
        budget.held(name, 0.0, None)
    return budget


def test_contests_of_which_nothing_is_known_share_equally() -> None:
    clock = Clock(1_000.0)
    budget = free(clock, 60.0, a=1, b=1, c=1)

    assert [hold(budget, clock, name) for name in "abc"] == pytest.approx([20.0, 20.0, 20.0])
    assert budget.left_s() == pytest.approx(0.0)


def test_time_goes_where_it_is_needed() -> None:
    clock = Clock()
    budget = free(clock, 80.0, calm=2, noisy=2)
    hold(budget, clock, "calm", need=worth(0.5))
    hold(budget, clock, "noisy", need=worth(1.5))
    left_s = budget.left_s()

    assert hold(budget, clock, "noisy") == pytest.approx(left_s * 0.75)
    assert hold(budget, clock, "calm") == pytest.approx(left_s * 0.25)


def test_one_of_which_nothing_is_known_needs_what_the_others_do_on_average() -> None:
    clock = Clock()
    budget = free(clock, 30.0, a=2, b=2, c=1)
    budget.held("a", 0.0, worth(1.0))
    budget.held("b", 0.0, worth(3.0))

    assert budget.rounds_s("c") == pytest.approx(30.0 * 2 / 6)


def test_what_launching_and_opening_take_is_set_aside() -> None:
    clock = Clock()
    budget = Budget(100.0, {"a": 5}, 4, clock)
    budget.launched(2.0)
    budget.launched(4.0)
    budget.held("a", 1.5, None)

    assert budget.rounds_s("a") == pytest.approx((100.0 - 2 * 3.0 - 3 * 1.5) / 4)  # it is open itself


def test_before_any_is_seen_a_launch_is_guessed_at_a_second_and_opening_at_less() -> None:
    budget = Budget(104.0, {"a": 10}, 4, Clock())

    assert budget.rounds_s("a") == pytest.approx((104.0 - 4 * 1.0 - 9 * 0.4) / 10)


def test_what_the_first_rounds_of_a_contest_tell_counts_from_then_on() -> None:
    clock = Clock()
    budget = free(clock, 80.0, calm=2, noisy=2)
    budget.held("calm", 0.0, worth(1.0))
    at_first_s = budget.rounds_s("noisy")
    clock.now_s += 4.0

    assert at_first_s == pytest.approx(80.0 / 3)
    assert budget.rounds_s("noisy", worth(4.0), 4.0) == pytest.approx(80.0 * 4 / 9)
    assert budget.rounds_s("noisy", worth(1.0), 4.0) == pytest.approx(80.0 / 3)  # each round knows better


def test_what_one_contest_overdraws_the_others_pay_and_what_it_saves_they_get() -> None:
    clock = Clock()
    budget = free(clock, 40.0, a=4)

    clock.now_s += budget.rounds_s("a") + 6.0
    budget.held("a", 0.0, None)
    assert budget.rounds_s("a") == pytest.approx(8.0)

    clock.now_s += 2.0
    budget.held("a", 0.0, None)
    assert budget.rounds_s("a") == pytest.approx(11.0)


def test_a_contest_that_is_not_held_leaves_its_time_to_the_others() -> None:
    clock = Clock()
    budget = free(clock, 30.0, a=1, lost=2)

    budget.skipped("lost")
    budget.skipped("lost")

    assert budget.rounds_s("a") == pytest.approx(30.0)


def test_an_overdrawn_budget_gives_no_rounds_beyond_the_least() -> None:
    clock = Clock()
    budget = free(clock, 10.0, a=2)
    clock.now_s += 25.0

    assert budget.rounds_s("a") == 0.0
    assert budget.left_s() == -15.0


def test_more_contests_than_foreseen_still_get_what_is_left() -> None:
    clock = Clock()
    budget = free(clock, 10.0, a=1)
    budget.held("a", 0.0, None)

    assert budget.rounds_s("a") == pytest.approx(10.0)
    assert budget.rounds_s("unforeseen") > 0


def test_what_it_will_take_is_the_budget_until_contests_show_otherwise() -> None:
    clock = Clock()
    budget = Budget(60.0, {"quick": 6, "slow": 6}, 0, clock)
    assert budget.expected_s() == 60.0

    clock.now_s += 1.0
    budget.held("quick", 0.4, None, rounds_s=0.6)
    assert budget.expected_s() == pytest.approx(12 * 1.0)
    clock.now_s += 30.0
    budget.held("slow", 10.0, None, rounds_s=20.0)

    assert budget.expected_s() == pytest.approx(6 * 31.0)


def test_what_little_it_needs_a_contest_gets_although_others_took_everything() -> None:
    """Or a contest of short turns would have two passes, because others cannot have less than one long round."""
    clock = Clock()
    budget = Budget(180.0, {"slow": 45, "quick": 45}, 0, clock)
    budget.held("quick", 1.5, worth(1.0, 0.1, 0.5))
    budget.held("slow", 9.0, worth(9.0, 0.5, 3.0))
    clock.now_s += 100.0

    assert budget.rounds_s("quick") == pytest.approx(0.5)
    assert budget.rounds_s("slow") == pytest.approx(0.6)
    clock.now_s += 100.0
    assert budget.rounds_s("quick") == 0.0


def test_a_round_of_each_is_set_aside_and_the_rest_dealt() -> None:
    clock = Clock()
    budget = free(clock, 100.0, slow=4, quick=4)
    budget.held("slow", 0.0, worth(1.0, round_s=10.0))
    budget.held("quick", 0.0, worth(3.0, round_s=2.0))
    rounds_s = 3 * 10.0 + 3 * 2.0
    rest_s = 100.0 - rounds_s

    assert budget.rounds_s("slow") == pytest.approx(10.0 + rest_s / 12)
    assert budget.rounds_s("quick") == pytest.approx(2.0 + rest_s * 3 / 12)
