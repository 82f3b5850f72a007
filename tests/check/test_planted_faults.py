"""No check of the certificate passes when the harness measures falsely what it looks at: one planted fault each."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench import histogram
from bench.check import selfcheck
from bench.check.selfcheck import check, cost, harness, hidden, speed
from bench.check.selfcheck.check import Check, Experimenter
from bench.machine import memory, tree
from bench.machine.placement import usable_cpus
from bench.measure import tally
from bench.measure.contestant import LiveTrial
from bench.measure.entrant import Entrant
from bench.measure.fixture import FixtureProcess
from bench.measure.measurable import TurnReads
from bench.measure.tally import Tally
from bench.model import Memory, TurnResult
from bench.trial.recorder import Recorder
from tests.support import synthetic

Part = Callable[[Experimenter], Iterable[Check]]
Plant = Callable[[pytest.MonkeyPatch], None]


def slow_clock(patch: pytest.MonkeyPatch) -> None:
    """Each read takes 5 µs, and the clock tells no less."""
    reads = itertools.count(0, 5000)
    patch.setattr(harness, "time", SimpleNamespace(perf_counter_ns=lambda: next(reads)))


def thrice_the_memory(patch: pytest.MonkeyPatch) -> None:
    """As if what processes share were counted once for each."""

    def turn(*args: Any) -> Memory | None:
        seen = really(*args)
        return seen and replace(seen, total_bytes=3 * seen.total_bytes)

    really = LiveTrial.memory_turn
    patch.setattr(LiveTrial, "memory_turn", turn)


def memory_of_all_before(patch: pytest.MonkeyPatch) -> None:
    """As if a case kept what the cases before it held."""
    held = 0

    def turn(*args: Any) -> Memory | None:
        nonlocal held
        seen = really(*args)
        held += seen.total_bytes if seen else 0
        return seen and replace(seen, total_bytes=held)

    really = LiveTrial.memory_turn
    patch.setattr(LiveTrial, "memory_turn", turn)


def fewer_ops_of_copies(patch: pytest.MonkeyPatch) -> None:
    """As if where a process lies cost it a third of its speed."""

    def tallied(entrant: Entrant, *read: Any) -> TurnResult:
        told = really(entrant, *read)
        return replace(told, ops=0.67 * told.ops) if entrant.contestant.copy == 2 else told

    really = Entrant._tallied
    patch.setattr(Entrant, "_tallied", tallied)


def latencies_twice_as_long(patch: pytest.MonkeyPatch) -> None:
    """As if every op began when the one before it did."""

    def twice(*args: Any, **named: Any) -> Tally:
        told = really(*args, **named)
        middles_ns = [histogram.middle_ns(bucket) for bucket, ops in told.latency.items() for _ in range(ops)]
        return replace(told, latency=histogram.count(2 * np.array(middles_ns, dtype=np.int64)))

    really = tally.tally
    patch.setattr("bench.measure.entrant.tally", twice)


def half_of_the_cpu_time(patch: pytest.MonkeyPatch) -> None:
    def turn(*args: Any) -> TurnReads:
        reads = really(*args)
        return replace(reads, cpu_s=reads.cpu_s / 2)

    really = LiveTrial.turn
    patch.setattr(LiveTrial, "turn", turn)


def the_servers_own_cpu_time(patch: pytest.MonkeyPatch) -> None:
    """Without that of its children."""
    patch.setattr(FixtureProcess, "cpu_s", lambda server: tree.cpu_s(server.pids()[:1]))


def slow_recorder(patch: pytest.MonkeyPatch) -> None:
    """It takes 2 µs to keep a read."""

    class Slow(Recorder):
        def begin(self, *, keep: bool) -> Callable[[int], None]:
            append = super().begin(keep=keep)

            def slowly(read_ns: int) -> None:
                end_ns = time.perf_counter_ns() + 2000
                while time.perf_counter_ns() < end_ns:
                    pass
                append(read_ns)

            return slowly

    patch.setattr(harness, "Recorder", Slow)


def slower_after_a_look(patch: pytest.MonkeyPatch) -> None:
    """The turn after a memory turn has a third fewer ops."""
    looked = False

    def turn(*args: Any) -> Memory | None:
        nonlocal looked
        looked = True
        return really(*args)

    def fewer(*args: Any) -> Tally:
        nonlocal looked
        told, looked_before, looked = tally.tally(*args), looked, False
        return replace(told, ops=0.67 * told.ops) if looked_before else told

    really = LiveTrial.memory_turn
    patch.setattr(LiveTrial, "memory_turn", turn)
    patch.setattr("bench.check.selfcheck.harness.tally", fewer)


def another_program(patch: pytest.MonkeyPatch) -> None:
    """It used half of every CPU, and the hypervisor a fifth, while one case was measured."""

    def enter(experimenter: Experimenter) -> Experimenter:
        entered = really(experimenter)
        entered.trials.append(replace(synthetic.of_turns("sync", 0, []), noise=noise))
        return entered

    cpus = len(usable_cpus())
    noise = {"wall_s": 1.0, "busy_s": 0.7 * cpus, "ours_s": 0.0, "steal_s": 0.2 * cpus}
    really = Experimenter.__enter__
    patch.setattr(Experimenter, "__enter__", enter)


def shares_that_depend_on_who_else_maps_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(memory, "_shared_bytes", lambda pids: None)


def one_look_at_the_memory(patch: pytest.MonkeyPatch) -> None:
    """Instead of a turn that lasts as long as the ops."""

    def look(live: LiveTrial, ramp_ns: int) -> Memory | None:
        seen = live.memory_now()
        return seen and replace(seen, typical_bytes=seen.total_bytes)

    patch.setattr(LiveTrial, "memory_turn", look)


def nobody_is_frozen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tree, "freeze", lambda pid, known=(): tree.of(pid))


def a_pool_that_holds_nobody_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hidden, "WORKERS", hidden.POOL)


PLANTED: dict[Part, tuple[Plant, ...]] = {
    harness.clock: (slow_clock,),
    cost.memory: (thrice_the_memory, memory_of_all_before),
    speed.known_speeds: (fewer_ops_of_copies,),
    speed.known_times: (latencies_twice_as_long,),
    speed.known_mixture: (latencies_twice_as_long,),
    cost.cpu: (half_of_the_cpu_time,),
    hidden.shared_memory: (shares_that_depend_on_who_else_maps_it,),
    hidden.late_memory: (one_look_at_the_memory,),
    hidden.parked: (nobody_is_frozen,),
    hidden.forked_server: (the_servers_own_cpu_time,),
    hidden.hidden_pool: (a_pool_that_holds_nobody_back,),
    harness.recorder: (slow_recorder,),
    harness.sampling: (slower_after_a_look,),
    harness.quiet: (another_program,),
}
"""Of each part of the certificate the faults that are planted, and of which each of its checks must see one."""


def test_every_part_of_the_certificate_has_its_fault() -> None:
    assert list(PLANTED) == list(selfcheck.PARTS)


@pytest.mark.skipif(sys.platform != "linux", reason="these truths are those of Linux")
@pytest.mark.parametrize("part", PLANTED, ids=lambda part: part.__name__)
def test_with_its_fault_planted_no_check_passes(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it a matter of noise: each fault is so large that one look is enough."""
    monkeypatch.setattr(check, "TRIES", 1)
    for plant in PLANTED[part]:
        plant(monkeypatch)
    with Experimenter() as experimenter:
        checks = list(part(experimenter))

    assert checks
    assert [(one.name, one.measured) for one in checks if one.status == "pass"] == []
    if unsure := [f"{one.name}: {one.measured}" for one in checks if one.status != "fail"]:
        pytest.skip(f"beside other programs this is not told: {', '.join(unsure)}")
