"""When ``memory-grows`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from tests.support.findings import ids, only
from tests.support.synthetic import memory, run, trial, turn


def test_memory_that_grows_with_every_op_is_named() -> None:
    assert ids(run(only("threads", lambda r, b: trial(r, b, memory_end=memory(40))))) == {"memory-grows": "warning"}
    assert ids(run(only("threads", lambda r, b: trial(r, b, memory_end=memory(12))))) == {}


def test_growth_is_counted_from_the_first_turn_on() -> None:
    """30 MiB by the end of the first turn are taken once; 30 MiB after it grow with the ops."""
    for begin, named in ((40, {}), (10, {"memory-grows": "warning"})):
        found = ids(run(only("threads", lambda r, b: trial(r, b, memory_begin=memory(begin), memory_end=memory(40)))))  # noqa: B023

        assert found == named


def test_what_ten_thousand_sleepers_and_our_own_records_take_once_is_no_growth() -> None:
    """Three ops per worker and turn, 1 KiB more per worker and 40 bytes per op of the longest turn: 10.6 MiB."""
    made = [turn(n, rate=300_000.0, workers=10_000) for n in range(2)]
    sleepers = only(
        "asyncio", lambda r, b: trial(r, b, workers=10_000, turns=made, memory=memory(50), memory_end=memory(60.6))
    )
    leaking = only(
        "asyncio", lambda r, b: trial(r, b, workers=10_000, turns=made, memory=memory(50), memory_end=memory(180))
    )

    assert "memory-grows" not in ids(run(sleepers))
    assert ids(run(leaking))["memory-grows"] == "warning"
