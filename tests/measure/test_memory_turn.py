"""A memory turn sees what ops hold for a moment, says what is typical, and how many ops it has seen."""

from __future__ import annotations

import pytest

from bench.machine import tree
from bench.measure import pace
from bench.measure.zygote import Nursery
from bench.model import Memory
from bench.process.child import Child
from bench.process.reaper import Reaper
from tests.support.contestants import PATIENCE_S, loaded
from tests.support.workloads import spec_of

pytestmark = pytest.mark.skipif(not tree.LINUX, reason="elsewhere a reading takes as long as the burst")

MIB = 2**20


def memory_of(reaper: Reaper, workload: str, runner: str = "sync", **parameters: object) -> Memory:
    with Nursery(reaper).bout({}) as cradle:
        with loaded(runner, spec_of(workload, **parameters), cradle.launch, reaper) as live:
            live.open(2)
            held = live.memory_turn(pace.SIDE_RAMP_NS)
    assert held is not None
    return held


@pytest.mark.parametrize("runner", ["sync", "threads"])
def test_100_mb_held_for_30_of_150_ms_are_seen_and_told_from_what_is_typical(runner: str, reaper: Reaper) -> None:
    nothing = memory_of(reaper, "bursts.py", runner, mib=0)
    burst = memory_of(reaper, "bursts.py", runner, mib=100)

    assert burst.typical_bytes is not None
    assert burst.total_bytes - nothing.total_bytes > 99 * MIB
    assert burst.typical_bytes - nothing.total_bytes < 100 * MIB * (0.5 if runner == "sync" else 1.5)
    assert burst.ops_seen is not None
    assert burst.ops_seen >= 2
    assert burst.readings > 20


def test_what_is_held_all_the_time_is_both_the_most_and_the_typical(reaper: Reaper) -> None:
    held = memory_of(reaper, "bursts.py", mib=20, wait_s=0.0, hold_s=0.2)

    assert held.typical_bytes is not None
    assert held.typical_bytes > 0.9 * held.total_bytes


def test_of_short_ops_so_many_are_seen_that_nobody_counts_them(reaper: Reaper) -> None:
    held = memory_of(reaper, "sleep", duration_ms=1)

    assert held.ops_seen is None or held.ops_seen >= 2
    assert held.typical_bytes is not None
    assert held.typical_bytes <= held.total_bytes


@pytest.mark.parametrize("runner", ["threads", "asyncio", "processes"])
def test_a_side_turn_tells_memory_as_a_memory_turn_does_and_lag_after_it(runner: str, reaper: Reaper) -> None:
    with Nursery(reaper).bout({}) as cradle:
        with loaded(runner, spec_of("sleep", duration_ms=2), cradle.launch, reaper) as live:
            live.open(4)
            alone = live.memory_turn(pace.SIDE_RAMP_NS)
            held, lateness_ns = live.side_turn(pace.SIDE_RAMP_NS, 2_000_000, 41_000_000)

    assert alone is not None
    assert held is not None
    assert held.total_bytes == pytest.approx(alone.total_bytes, rel=0.05)
    assert held.readings >= 1
    assert held.ops_seen is not None
    assert held.ops_seen >= 2
    assert 1 <= len(lateness_ns) <= 9  # of a tick each 5 ms


def test_where_nobody_came_to_read_in_time_the_turn_is_taken_again(
    reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As beside busy programs: the first two turns are over when the reader gets a CPU."""
    asked = 0

    def ready(child: Child, timeout_s: float) -> bool:
        nonlocal asked
        asked += 1
        return really_ready(child, PATIENCE_S if asked <= 2 else timeout_s)

    really_ready = Child.ready
    monkeypatch.setattr(Child, "ready", ready)
    held = memory_of(reaper, "sleep", duration_ms=1)

    assert asked > 2
    assert held.readings >= 1


def test_a_side_turn_of_long_ops_is_taken_again_until_it_has_seen_one_whole(reaper: Reaper) -> None:
    with Nursery(reaper).bout({}) as cradle:
        with loaded("sync", spec_of("bursts.py", mib=100), cradle.launch, reaper) as live:
            live.open(1)
            held, _ = live.side_turn(pace.SIDE_RAMP_NS, 1_000_000, 10_000_000)

    assert held is not None
    assert held.typical_bytes is not None
    assert held.total_bytes - held.typical_bytes > 50 * MIB
