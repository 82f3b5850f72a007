"""The beginning of a turn, op by op: complete for all workers up to one moment, and no farther."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.tally import WorkerReads
from bench.measure.tracing import MOST_OPS, trace

DURATIONS = st.lists(st.lists(st.integers(1, 1000), max_size=400), min_size=1, max_size=8)


def reads(durations: list[list[int]], failed: frozenset[int] = frozenset()) -> list[WorkerReads]:
    """Workers who begin one after the other, ten nanoseconds apart."""
    made = []
    for number, own in enumerate(durations):
        ends = 5000 + 10 * number + np.cumsum([0, *own])
        starts = [int(ends[index]) for index in range(len(own)) if index in failed]
        made.append(WorkerReads(ends.astype(np.int64), np.array(starts, dtype=np.int64)))
    return made


@given(DURATIONS)
def test_it_has_every_op_that_ended_by_one_moment_and_not_many(durations: list[list[int]]) -> None:
    found = trace(reads(durations), 5100, 5600)
    ends = [list(np.cumsum(times))[1:] for times in found.workers]
    kept, all_ops = sum(map(len, ends)), sum(map(len, durations))

    assert (found.open_ns, found.close_ns) == (100, 600)
    assert [times[0] for times in found.workers] == [10 * number for number in range(len(durations))]
    assert all(times[1:] == tuple(own[: len(times) - 1]) for times, own in zip(found.workers, durations, strict=True))
    assert min(all_ops, MOST_OPS) <= kept < MOST_OPS + len(durations)
    last = max((end for own in ends for end in own), default=0)
    for number, (own, own_ends) in enumerate(zip(durations, ends, strict=True)):
        missing = [end for end in 10 * number + np.cumsum(own) if end <= last]
        assert len(missing) == len(own_ends)


def test_failed_ops_are_told_by_their_place() -> None:
    found = trace(reads([[5, 5, 5, 5]], failed=frozenset({1, 3})), 0, 20)

    assert found.failed == ((1, 3),)


def test_a_worker_that_did_nothing_has_an_empty_lane() -> None:
    idle = WorkerReads(np.array([], dtype=np.int64), np.array([], dtype=np.int64))

    assert trace([idle, *reads([[7]])], 5000, 5010).workers == ((), (0, 7))
