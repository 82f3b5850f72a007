"""How long the parts of a turn are, from pilots whose reads are written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.judge import passes as judged
from bench.judge import stats
from bench.measure import pace
from bench.measure.pace import Pilot
from bench.model import TrialResult
from bench.trial.turn import LAG, TIMED, Span, Turn
from tests.support.synthetic import trial, turn
from tests.support.timelines import back_to_back

MS = 1_000_000


def pilot(latency_ms: float, rate_per_s: float) -> Pilot:
    return Pilot(latency_ms * MS, rate_per_s, pace.MIN_EDGE_NS)


class TestPilot:
    def test_it_gives_the_mean_latency_and_the_rate_of_all_workers(self) -> None:
        found = pace.read([back_to_back(0, [10 * MS, 10 * MS]), back_to_back(0, [5 * MS] * 4)])

        assert found.latency_ns == pytest.approx(40 * MS / 6)
        assert found.rate_per_s == pytest.approx(6 / 0.020)

    def test_its_rate_spans_from_the_first_start_to_the_last_end(self) -> None:
        found = pace.read([back_to_back(0, [10 * MS]), back_to_back(30 * MS, [10 * MS])])

        assert found.rate_per_s == pytest.approx(2 / 0.040)

    def test_ops_without_duration_do_not_divide_by_zero(self) -> None:
        found = pace.read([back_to_back(7, [0, 0])])

        assert found.latency_ns == 0
        assert found.rate_per_s > 0

    def test_a_pilot_turn_sees_threads_take_turns_at_the_gil(self) -> None:
        turn = pace.pilot_turn([back_to_back(0, [1_000, 1_000])])

        assert turn == Turn(TIMED, pace.MIN_EDGE_NS, 7 * MS, pace.MIN_EDGE_NS // 2)

    def test_a_pilot_turn_of_slow_workers_is_as_long_as_its_ramp(self) -> None:
        turn = pace.pilot_turn([back_to_back(0, [100 * MS])])

        assert (turn.ramp_ns, turn.window_ns, turn.drain_ns) == (120 * MS, 120 * MS, 60 * MS)


class TestEdge:
    def test_it_is_a_fifth_longer_than_the_ops_that_workers_spend_their_time_in(self) -> None:
        assert pace.edge([back_to_back(0, [10 * MS, 10 * MS])]) == 12 * MS

    def test_long_ops_weigh_by_the_time_they_take(self) -> None:
        # 1 op of 10 ms in 51 takes two thirds of the time: an edge cuts that one
        assert pace.edge([back_to_back(0, [*[100_000] * 50, 10 * MS])]) == 12 * MS

    def test_one_stray_long_op_does_not_set_it(self) -> None:
        assert pace.edge([back_to_back(0, [*[2 * MS] * 50, 20 * MS])]) == pytest.approx(2.4 * MS)

    def test_it_is_never_shorter_than_half_a_millisecond(self) -> None:
        assert pace.edge([back_to_back(0, [1_000])]) == pace.MIN_EDGE_NS
        assert pace.edge([back_to_back(0, [0])]) == pace.MIN_EDGE_NS

    def test_it_is_never_longer_than_a_quarter_of_a_second(self) -> None:
        assert pace.edge([back_to_back(0, [4_000 * MS])]) == pace.MAX_EDGE_NS


class TestWindow:
    def test_fast_ops_take_the_shortest_window(self) -> None:
        assert pace.window([pilot(0.01, 100_000)]) == pace.MIN_WINDOW_NS

    def test_it_holds_3_completions_of_the_slowest_where_they_come_soon(self) -> None:
        assert pace.window([pilot(2.0, 500), pilot(0.01, 100_000)]) == 6 * MS

    def test_it_does_not_wait_for_3_completions_longer_than_120_ms(self) -> None:
        assert pace.window([pilot(20.0, 20)]) == 120 * MS

    def test_it_holds_two_latencies_of_the_slowest(self) -> None:
        assert pace.window([pilot(300.0, 200), pilot(1.0, 8_000)]) == 600 * MS

    def test_it_ends(self) -> None:
        assert pace.window([pilot(60_000.0, 0.1)]) == pace.MAX_WINDOW_NS


class TestOwnWindow:
    def test_a_quick_contestant_takes_the_window_of_its_contest(self) -> None:
        assert pace.own_window(20 * MS, 1 * MS) == 20 * MS

    def test_one_with_a_long_ramp_takes_four_of_them(self) -> None:
        assert pace.own_window(20 * MS, 12 * MS) == 48 * MS

    def test_it_does_not_take_them_for_longer_than_120_ms(self) -> None:
        assert pace.own_window(20 * MS, 50 * MS) == 120 * MS

    def test_it_is_always_longer_than_the_ramp(self) -> None:
        assert pace.own_window(20 * MS, 200 * MS) == 300 * MS


class TestTurn:
    def test_its_drain_is_half_its_ramp(self) -> None:
        assert pace.timed_turn(12 * MS, 50 * MS) == Turn(TIMED, 12 * MS, 50 * MS, 6 * MS)

    def test_its_parts_follow_each_other_on_the_clock(self) -> None:
        assert Turn(LAG, 10, 100, 5).starting(1_000) == Span(LAG, 1_000, 1_010, 1_110, 1_115)


class TestAgreed:
    def test_one_burst_does_not_spoil_it(self) -> None:
        honest, burst = pilot(1.0, 1_000), Pilot(40.0 * MS, 25.0, 48 * MS)

        assert pace.agreed([honest, burst, honest]) == honest


def trials(spread: float, passes: int, seed: int = 1) -> list[TrialResult]:
    """Three contestants of one speed, whose turns differ by so much."""
    own = np.random.default_rng(seed)
    return [
        trial(runner, turns=[turn(n // 2, 1000.0 * float(np.exp(own.normal(0, spread)))) for n in range(passes)])
        for runner in ("sync", "threads", "asyncio")
    ]


class TestNeeded:
    def test_time_grows_with_the_square_of_the_noise(self) -> None:
        calm, noisy = (pace.needed_s(trials(spread, 400), rounds_s=10.0) for spread in (0.02, 0.04))

        assert calm is not None
        assert noisy is not None
        assert noisy / calm == pytest.approx(4.0, rel=0.3)

    def test_it_gives_the_error_that_is_wanted(self) -> None:
        needed_s = pace.needed_s(trials(0.05, 400), rounds_s=400 * 0.001)
        assert needed_s is not None
        passes = round(needed_s / 0.001)
        errors = [
            stats.paired_log_ratio(*(judged.rates(one) for one in trials(0.05, passes, seed)[:2]))
            for seed in range(200)
        ]

        assert float(np.std(np.array(errors, dtype=float))) == pytest.approx(pace.ERROR, rel=0.25)

    def test_the_calmest_contest_gets_a_little_and_a_hopeless_one_not_everything(self) -> None:
        assert pace.needed_s(trials(1e-6, 50), rounds_s=1.0) == pace.LEAST_S
        assert pace.needed_s(trials(3.0, 50), rounds_s=1.0) == pace.MOST_S

    @pytest.mark.parametrize("passes", [0, 2, 3])
    def test_too_few_passes_tell_nothing(self, passes: int) -> None:
        assert pace.needed_s(trials(0.02, passes), rounds_s=1.0) is None

    def test_it_does_not_depend_on_what_the_ratios_are(self) -> None:
        plain = trials(0.03, 60)
        faster = [plain[0], *(replace(t, turns=tuple(replace(u, ops=u.ops * 7) for u in t.turns)) for t in plain[1:])]

        assert pace.needed_s(faster, rounds_s=1.0) == pytest.approx(pace.needed_s(plain, rounds_s=1.0))
