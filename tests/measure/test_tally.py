"""From clock reads to numbers, by hand-made turns whose right answer can be worked out on paper.

All windows here are 100 to 200 on a clock of nanoseconds, so a share is read off directly.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.histogram import count
from bench.measure.tally import Tally, WorkerReads, jain, tally, unpack
from bench.trial.recorder import Recorder, pack
from tests.support.timelines import back_to_back, worker

OPEN, CLOSE = 100, 200


def counted(*workers: WorkerReads, least_latency_s: float = 0.0) -> Tally:
    return tally(list(workers), OPEN, CLOSE, least_latency_s=least_latency_s)


def test_ops_inside_the_window_count_whole() -> None:
    turn = counted(worker(100, 125, 150, 175, 200))

    assert (turn.ops, turn.completed, turn.all_ops) == (4.0, 4, 4)


def test_an_op_that_straddles_an_edge_counts_by_its_share_inside() -> None:
    turn = counted(worker(80, 120, 180, 260))  # 20 of 40 ns inside, all of 60, 20 of 80

    assert turn.ops == 0.5 + 1.0 + 0.25


def test_an_op_that_straddles_both_edges_counts_by_the_share_the_window_covers() -> None:
    turn = counted(worker(50, 300))

    assert turn.ops == 100 / 250
    assert (turn.completed, turn.latency, turn.latency_sum_s) == (0, {}, 0.0)


def test_ops_of_the_ramp_and_the_drain_count_only_as_work_done() -> None:
    turn = counted(worker(0, 50, 100, 200, 250))

    assert (turn.ops, turn.completed, turn.all_ops) == (1.0, 1, 4)


def test_an_op_that_ends_as_the_window_closes_is_inside_and_one_that_ends_as_it_opens_is_not() -> None:
    turn = counted(worker(90, 100, 200))

    assert (turn.completed, turn.latency) == (1, {100: 1})


def test_latencies_are_whole_even_where_the_op_counts_in_part() -> None:
    turn = counted(worker(70, 120, 170))

    assert turn.ops == 0.4 + 1.0
    assert turn.latency == {50: 2}
    assert turn.latency_sum_s == pytest.approx(100e-9)
    assert turn.latency_max_s == pytest.approx(50e-9)


def test_an_op_that_takes_no_time_counts_once_inside_and_never_outside() -> None:
    turn = counted(worker(50, 50, 150, 150, 250, 250))

    assert turn.ops == 0.5 + 1.0 + 0.5
    assert (turn.completed, turn.latency) == (2, {0: 1, 100: 1})


@pytest.mark.parametrize("edge", [OPEN, CLOSE])
def test_an_op_that_takes_no_time_on_an_edge_counts_the_same_in_ops_and_in_completed(edge: int) -> None:
    turn = counted(worker(edge, edge))

    assert turn.ops == turn.completed


def test_failed_ops_are_errors_and_neither_ops_nor_latencies() -> None:
    turn = counted(worker(100, 110, 130, 160, 200, failed=(110, 160)))

    assert (turn.ops, turn.completed, turn.errors, turn.all_ops) == (2.0, 4, 2, 4)
    assert turn.latency == {10: 1, 30: 1}
    assert turn.latency_sum_s == pytest.approx(40e-9)


def test_a_failed_op_that_straddles_an_edge_gives_the_window_nothing() -> None:
    turn = counted(worker(80, 120, 200, failed=(80,)))

    assert (turn.ops, turn.completed, turn.errors) == (1.0, 2, 1)


def test_failures_outside_the_window_are_not_errors_of_the_window() -> None:
    turn = counted(worker(40, 60, 110, 190, 220, failed=(40, 190)))

    assert (turn.completed, turn.errors) == (2, 0)


def test_a_failure_of_one_worker_does_not_mark_anothers_op_that_began_at_the_same_tick() -> None:
    turn = counted(worker(100, 150, failed=(100,)), worker(100, 150))

    assert (turn.ops, turn.completed, turn.errors) == (1.0, 2, 1)


def test_a_window_in_which_every_op_failed_has_no_throughput_and_no_latency() -> None:
    turn = counted(worker(100, 150, 200, failed=(100, 150)))

    assert (turn.ops, turn.errors, turn.latency, turn.latency_max_s) == (0.0, 2, {}, 0.0)


def test_a_worker_is_late_when_its_first_op_has_not_ended_when_the_window_closes() -> None:
    turn = counted(worker(50, 120, 250), worker(50, 200), worker(50, 201), worker(90, 220))

    assert turn.late_workers == 2


def test_an_op_shorter_than_any_honest_one_is_early_after_a_slack_of_50_us() -> None:
    honest, slack, early = 5_000_000, 4_950_000, 4_949_999

    assert counted(back_to_back(0, [honest, slack, early]), least_latency_s=0.005).early == 1


def test_a_failed_op_is_never_early() -> None:
    assert counted(worker(0, 1_000, failed=(0,)), least_latency_s=0.005).early == 0


def test_without_a_least_latency_nothing_is_early() -> None:
    assert counted(worker(150, 150, 151)).early == 0


def test_the_time_in_ops_is_the_part_of_each_successful_one_that_the_window_covers() -> None:
    turn = counted(worker(80, 120, 180, 260), worker(100, 150, 210, failed=(100,)), worker(170, 250))

    assert turn.op_time_s == pytest.approx((20 + 60 + 20 + 50 + 30) * 1e-9)


def test_the_ops_of_all_workers_add_up() -> None:
    turn = counted(worker(100, 150, 200), worker(75, 125, 225))

    assert turn.ops == 2.0 + 0.5 + 0.75
    assert (turn.completed, turn.all_ops) == (3, 4)


def test_the_least_and_the_most_ops_are_of_single_workers() -> None:
    turn = counted(worker(100, 120, 140, 160), worker(90, 250), worker(100, 200))

    assert (turn.least_ops, turn.most_ops) == (0, 3)


def test_workers_whose_bursts_are_longer_than_the_window_are_fair_if_the_turn_is() -> None:
    turn = counted(worker(0, 100, 150, 200, 400, 500), worker(0, 300, 350, 400, 450, 500))

    assert (turn.least_ops, turn.most_ops) == (0, 2)
    assert turn.fairness == 1.0
    assert counted(worker(100, 120, 140, 160), worker(90, 250)).fairness == pytest.approx((3 + 1) ** 2 / (2 * (9 + 1)))


@pytest.mark.parametrize(
    ("ops", "fairness"),
    [([5, 5, 5, 5], 1.0), ([8, 0, 0, 0], 0.25), ([1, 3], 0.8), ([7], 1.0), ([0, 0], 1.0)],
)
def test_fairness_is_one_when_all_did_the_same_and_one_in_n_when_one_did_all(ops: list[int], fairness: float) -> None:
    assert jain(np.array(ops, dtype=np.int64)) == pytest.approx(fairness)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(0, 90), st.data())
def test_cutting_the_window_in_two_neither_loses_nor_invents_ops(
    durations: list[int], start: int, data: st.DataObject
) -> None:
    reads = back_to_back(start, durations)
    cut = data.draw(st.integers(OPEN + 1, CLOSE - 1))

    whole = tally([reads], OPEN, CLOSE)
    parts = [tally([reads], OPEN, cut), tally([reads], cut, CLOSE)]

    assert sum(part.ops for part in parts) == pytest.approx(whole.ops, abs=1e-9)
    assert sum(part.completed for part in parts) == whole.completed


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(0, 300))
def test_a_window_around_the_whole_turn_counts_every_op_once(durations: list[int], start: int) -> None:
    reads = back_to_back(start, durations)

    turn = tally([reads], start, start + sum(durations))

    assert turn.ops == pytest.approx(len(durations))
    assert turn.completed == turn.all_ops == len(durations)
    assert turn.latency == count(np.array(durations, dtype=np.int64))


reads_of_a_worker = st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=20)


@given(st.lists(st.tuples(reads_of_a_worker, st.lists(st.integers(0, 2**62), max_size=5)), min_size=1, max_size=8))
def test_what_recorders_pack_unpacks_to_the_same_reads(workers: list[tuple[list[int], list[int]]]) -> None:
    states = []
    for ends, failed in workers:
        recorder = Recorder()
        append = recorder.begin(keep=True)
        for end in ends:
            append(end)
        for start in failed:
            recorder.failed(start, None)
        states.append(recorder.state())

    header, payload = pack(states)
    unpacked = unpack({"ends": header["ends"], "failed": header["failed"]}, payload)

    assert [(w.ends_ns.tolist(), w.failed_starts_ns.tolist()) for w in unpacked] == workers
