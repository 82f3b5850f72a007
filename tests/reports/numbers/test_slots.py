"""Every runner has a slot of its own, whoever else takes part."""

from __future__ import annotations

from reports.numbers import slots
from tests.support.synthetic import RUNNERS


def test_a_runner_keeps_its_look_whoever_else_takes_part() -> None:
    alone, together = slots.of(["uvloop"]), slots.of(["sync", "trio", "threads", "uvloop"])

    assert alone["uvloop"] == together["uvloop"]


def test_strangers_take_free_slots_and_never_one_of_a_known_runner() -> None:
    taken = slots.of(["a", "b", "c", "sync"])

    assert len({taken[name] for name in "abc"}) == 3
    assert not {taken[name] for name in "abc"} & set(slots.of(RUNNERS).values())
