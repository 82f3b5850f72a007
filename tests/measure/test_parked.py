"""Parked means still: between its turns nothing of a contestant runs, in its turn everything, and nothing breaks."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.machine import tree
from bench.measure import fixture, pace
from bench.measure.contestant import LiveTrial
from bench.measure.fixture import FixtureProcess
from bench.measure.tally import tally
from bench.measure.zygote import Nursery
from bench.model import WorkloadSpec
from bench.process.reaper import Reaper
from bench.trial.runners import RunnerInfo
from bench.trial.turn import TIMED, Turn
from tests.support.contestants import PATIENCE_S, loaded
from tests.support.processes import state
from tests.support.sessions import measured
from tests.support.waiting import until
from tests.support.workloads import spec_of

pytestmark = pytest.mark.skipif(not tree.LINUX, reason="states are read from /proc")

C = 3
TURN = Turn(TIMED, 1_000_000, 20_000_000, 0)
LONG = Turn(TIMED, 0, 400_000_000, 0)


@contextmanager
def opened(
    runner: RunnerInfo, spec: WorkloadSpec, reaper: Reaper, server: FixtureProcess | None = None
) -> Iterator[LiveTrial]:
    with Nursery(reaper).bout({}) as cradle, loaded(runner.name, spec, cradle.launch, reaper, server) as live:
        live.open(C)
        yield live


def states(live: LiveTrial) -> set[str]:
    return {state(pid) for pid in tree.of(live.pids[0])}


def test_after_every_order_each_process_of_the_tree_is_stopped(runner: RunnerInfo, reaper: Reaper) -> None:
    with Nursery(reaper).bout({}) as cradle, loaded(runner.name, spec_of("sleep"), cradle.launch, reaper) as live:
        seen = {"loaded": states(live)}
        live.open(C)
        seen["open"] = states(live)
        live.memory_turn(1_000_000)
        seen["memory turn"] = states(live)
        live.lag_turn(1_000_000, 10_000_000)
        seen["lag turn"] = states(live)
        live.turn(TURN)
        seen["turn"] = states(live)
        live.close()
        seen["closed"] = states(live)

    assert seen == {order: {"T"} for order in seen}


def test_in_its_own_turn_nobody_of_the_tree_is_stopped(runner: RunnerInfo, reaper: Reaper) -> None:
    with opened(runner, spec_of("sleep", duration_ms=5), reaper) as live:
        turn = threading.Thread(target=live.turn, args=(LONG,))
        turn.start()
        began = until(lambda: "T" not in states(live))
        seen: set[str] = set()
        end_s = time.monotonic() + 0.1
        while time.monotonic() < end_s:
            seen |= states(live)
        turn.join()

    assert began
    assert "T" not in seen


def test_a_thread_of_the_workload_s_own_uses_no_cpu_while_parked(runner: RunnerInfo, reaper: Reaper) -> None:
    with opened(runner, spec_of("restless.py"), reaper) as live:
        live.turn(TURN)
        before_s = tree.cpu_s(live.pids)
        time.sleep(0.1)
        used_s = tree.cpu_s(live.pids) - before_s
        live.turn(TURN)
        before_s = live.parked_cpu_s
        live.turn(TURN)

    assert used_s < 0.001  # the last thread may still be on its way to its stop when the first has come to it
    assert live.parked_cpu_s - before_s < 0.001


ALMOST_NONE_S = 0.02
"""More than a frozen thread uses on its way to its stop in all turns of these runs, less than one that goes on."""


@pytest.mark.parametrize(
    ("workload", "least_s", "most_s"), [("restless.py", 0.0, ALMOST_NONE_S), ("heartbeat.py", ALMOST_NONE_S, 60.0)]
)
def test_what_runs_while_parked_is_frozen_unless_it_must_not_be_and_then_its_cpu_is_told(
    workload: str, least_s: float, most_s: float, tmp_path: Path
) -> None:
    trials, lost = measured(spec_of(workload), ("sync", "asyncio"), tmp_path, budget_s=2.0)

    assert not lost
    for trial in trials:
        assert trial.status == "measured"
        assert least_s <= trial.noise["parked_cpu_s"] <= most_s


def test_connections_are_kept_over_turns_and_pauses(runner: RunnerInfo, reaper: Reaper, tmp_path: Path) -> None:
    spec = spec_of("http", delay_ms=1)
    with fixture.running(spec, tmp_path, reaper, PATIENCE_S) as server, opened(runner, spec, reaper, server) as live:
        for _ in range(4):
            reads = live.turn(TURN)
            time.sleep(0.05)
            assert reads.messages == {}
        counted = server.counters()

    assert counted["connections"] == (1 if runner.serial else C)
    assert counted["requests"] > 4 * C


def test_children_timers_and_sockets_of_ops_survive_freezing(runner: RunnerInfo, reaper: Reaper) -> None:
    with opened(runner, spec_of("companions.py"), reaper) as live:
        for pause_s in (0.0, 0.05, 0.0, 0.2):
            reads = live.turn(TURN)
            time.sleep(pause_s)
            assert reads.messages == {}
            assert all(worker.ends_ns.size > 1 for worker in reads.workers)
        live.close()

    assert live.out is None


def test_the_first_window_after_a_long_pause_is_as_fast_as_the_next(runner: RunnerInfo, reaper: Reaper) -> None:
    ratios = []
    turn = pace.timed_turn(pace.MIN_EDGE_NS, 10_000_000)

    def rate(live: LiveTrial) -> float:
        reads = live.turn(turn)
        return tally(reads.workers, reads.open_ns, reads.close_ns).ops

    with opened(runner, spec_of("cpu", steps=500), reaper) as live:
        for _ in range(3):
            rate(live)
        for _ in range(9):
            time.sleep(0.1)
            first = rate(live)
            ratios.append(first / rate(live))

    assert 0.6 < statistics.median(ratios) < 1.6
