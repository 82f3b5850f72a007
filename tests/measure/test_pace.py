"""How long the parts of a turn are, from pilots whose reads are written by hand."""

from __future__ import annotations

import statistics
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from bench.measure import pace
from bench.measure.pace import Pilot
from bench.measure.tally import WorkerReads
from bench.model import TrialResult
from bench.trial.turn import LAG, TIMED, Span, Turn
from tests.support.synthetic import trial, turn
from tests.support.timelines import back_to_back

MS = 1_000_000


def pilot(latency_ms: float, rate_per_s: float) -> Pilot:
    return Pilot(latency_ms * MS, rate_per_s, pace.MIN_EDGE_NS, cores=1.0)


def read(*workers: WorkerReads) -> Pilot:
    return pace.read(list(workers), cores=1.0, spread=False)


class TestPilot:
    def test_it_gives_the_mean_latency_and_the_rate_of_all_workers(self) -> None:
        found = read(back_to_back(0, [10 * MS, 10 * MS]), back_to_back(0, [5 * MS] * 4))

        assert found.latency_ns == pytest.approx(40 * MS / 6)
        assert found.rate_per_s == pytest.approx(6 / 0.020)

    def test_its_rate_spans_from_the_first_start_to_the_last_end(self) -> None:
        found = read(back_to_back(0, [10 * MS]), back_to_back(30 * MS, [10 * MS]))

        assert found.rate_per_s == pytest.approx(2 / 0.040)

    def test_ops_without_duration_do_not_divide_by_zero(self) -> None:
        found = read(back_to_back(7, [0, 0]))

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


def with_edge(edge_ms: int, cores: float = 1.0, *, spread: bool = False) -> Pilot:
    return Pilot(1 * MS, 1_000.0, edge_ms * MS, cores, spread)


class TestOwnTurn:
    def test_all_have_the_window_of_their_contest_which_is_worth_part_of_the_longest_ramp(self) -> None:
        found = [with_edge(1), with_edge(40), with_edge(2)]
        window_ns = pace.window(found)

        assert window_ns == 8 * MS
        assert pace.window([with_edge(1), with_edge(12)]) == 6 * MS
        assert [pace.own_turn(window_ns, one) for one in found] == [
            pace.timed_turn(edge_ms * MS, 8 * MS) for edge_ms in (1, 40, 2)
        ]

    def test_whoever_computes_in_several_places_is_given_time_to_get_there(self) -> None:
        assert pace.own_turn(4 * MS, with_edge(1, cores=1.9, spread=True)) == Turn(TIMED, 16 * MS, 4 * MS, MS // 2)
        assert pace.own_turn(4 * MS, with_edge(1, cores=0.3, spread=True)) == Turn(TIMED, 1 * MS, 4 * MS, MS // 2)
        assert pace.own_turn(4 * MS, with_edge(1, cores=1.9)).ramp_ns == 1 * MS
        assert pace.own_turn(4 * MS, with_edge(40, cores=1.9, spread=True)).ramp_ns == 40 * MS

    def test_where_all_wait_it_is_worth_all_of_the_longest_ramp(self) -> None:
        assert pace.window([with_edge(48, cores=0.02), with_edge(12, cores=0.1)]) == 80 * MS
        assert pace.window([with_edge(48, cores=0.02), with_edge(12, cores=0.4)]) == 8 * MS

    def test_who_waits_for_a_server_that_computes_here_does_not_only_wait(self) -> None:
        served = replace(with_edge(48, cores=0.02), served_cores=0.5)

        assert pace.window([served]) == 8 * MS
        assert pace.agreed([served] * 3) == served


class TestTurn:
    def test_its_drain_is_half_its_ramp(self) -> None:
        assert pace.timed_turn(12 * MS, 50 * MS) == Turn(TIMED, 12 * MS, 50 * MS, 6 * MS)

    def test_its_parts_follow_each_other_on_the_clock(self) -> None:
        assert Turn(LAG, 10, 100, 5).starting(1_000) == Span(LAG, 1_000, 1_010, 1_110, 1_115)


class TestAgreed:
    def test_one_burst_does_not_spoil_it(self) -> None:
        honest, burst = pilot(1.0, 1_000), Pilot(40.0 * MS, 25.0, 48 * MS, cores=1.0)

        assert pace.agreed([honest, burst, honest]) == honest


def trials(spread: float, passes: int, seed: int = 1) -> list[TrialResult]:
    """Three contestants of one speed, whose turns differ by so much."""
    own = np.random.default_rng(seed)
    return [
        trial(runner, turns=[turn(n // 2, 1000.0 * float(np.exp(own.normal(0, spread)))) for n in range(passes)])
        for runner in ("sync", "threads", "asyncio")
    ]


class TestNeed:
    def test_by_such_weights_the_standard_errors_have_the_least_sum(self) -> None:
        """Against a thousand other ways to share the same time."""
        rng = np.random.default_rng(1)
        noise, pass_s = np.array([0.01, 0.02, 0.2]), np.array([0.1, 0.5, 0.05])
        needs = [pace.need([one], cost) for one, cost in zip(noise, pass_s, strict=True)]
        weights = np.array([one.weight for one in needs if one is not None])

        def errors(shares: npt.NDArray[np.float64]) -> float:
            return float((noise / np.sqrt(shares / shares.sum() / pass_s)).sum())

        assert errors(weights) <= min(errors(rng.dirichlet([1, 1, 1])) for _ in range(1000))

    def test_of_noise_a_dozen_passes_are_wanted_and_of_calm_work_one_round(self) -> None:
        noisy, calm = pace.need([0.05], 0.1), pace.need([0.001], 0.1)

        assert noisy is not None
        assert calm is not None
        assert (noisy.round_s, noisy.enough_s) == pytest.approx((0.2, 1.2))
        assert calm.enough_s < calm.round_s

    def test_one_wild_block_does_not_steer(self) -> None:
        assert pace.need([0.01, 0.9, 0.01], pass_s=0.05) == pace.need([0.01], pass_s=0.05)

    @pytest.mark.parametrize("passes", [2, 4, 40])
    def test_the_spread_of_few_passes_is_that_of_many_in_the_median(self, passes: int) -> None:
        found = [pace.spread(trials(0.03, passes, seed)) or 0.0 for seed in range(400)]

        assert statistics.median(found) == pytest.approx(0.03, rel=0.4)

    @pytest.mark.parametrize("passes", [0, 1])
    def test_too_few_passes_tell_nothing(self, passes: int) -> None:
        assert pace.spread(trials(0.02, passes)) is None
        assert pace.need([], pass_s=1.0) is None

    def test_it_does_not_depend_on_what_the_ratios_are(self) -> None:
        plain = trials(0.03, 60)
        faster = [plain[0], *(replace(t, turns=tuple(replace(u, ops=u.ops * 7) for u in t.turns)) for t in plain[1:])]

        assert pace.spread(faster) == pytest.approx(pace.spread(plain))
