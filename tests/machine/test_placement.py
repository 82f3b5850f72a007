"""Who may use which CPU: what is confined, what gets its CPUs back, and what keeps them all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.machine import tree
from bench.machine.placement import Places, usable_cpus
from bench.measure import fixture
from bench.measure.contestant import LiveTrial
from bench.measure.zygote import Nursery
from bench.process.reaper import Reaper
from bench.trial.turn import TIMED, Turn
from tests.support.contestants import PATIENCE_S, loaded
from tests.support.processes import process
from tests.support.workloads import spec_of

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="affinity is Linux's"),
    pytest.mark.skipif(len(usable_cpus()) < 2, reason="one CPU is all there is"),
]

TURN = Turn(TIMED, 0, 5_000_000, 0)
LONG = Turn(TIMED, 0, 200_000_000, 0)
"""Beside it waking the workers is nothing, whatever share of a CPU a busy machine leaves."""


def cpus_of(pid: int) -> set[int]:
    """CPUs that every thread of a process may use."""
    tasks = [int(path.name) for path in Path(f"/proc/{pid}/task").iterdir()]
    allowed = {frozenset(os.sched_getaffinity(task)) for task in tasks}
    assert len(allowed) == 1
    return set(allowed.pop())


@contextmanager
def trial(
    runner: str,
    reaper: Reaper,
    workload: str = "noop",
    concurrency: int = 2,
    environment: Mapping[str, str] | None = None,
    **parameters: object,
) -> Iterator[LiveTrial]:
    with Nursery(reaper).bout(environment or {}) as cradle:
        with loaded(runner, spec_of(workload, **parameters), cradle.launch, reaper) as live:
            live.open(concurrency)
            yield live


def test_every_thread_is_confined_and_given_back() -> None:
    thread = "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    places = Places("pinned")
    with process(f"import threading, time\n{thread}{thread}{thread}") as pid:
        places.confine([pid], usable_cpus()[-1])
        confined = cpus_of(pid)
        places.confine([pid], None)
        free = cpus_of(pid)

    assert confined == {usable_cpus()[-1]}
    assert free == set(usable_cpus())


def test_rounds_deal_out_one_cpu_after_the_other_and_a_server_is_kept_off_it() -> None:
    places = Places("pinned")
    cpus = usable_cpus()
    with process("pass") as pid:
        places.keep_off([pid], cpus[0])
        assert cpus_of(pid) == set(cpus[1:])
        places.keep_off([pid], None)
        assert cpus_of(pid) == set(cpus[1:])

    assert [places.cpu_of(number) for number in range(2 * len(cpus))] == [*cpus, *cpus]


def test_free_placement_touches_nobody() -> None:
    places = Places("free")
    with process("pass") as pid:
        places.confine([pid], usable_cpus()[0])
        places.keep_off([pid], places.cpu_of(0))

        assert cpus_of(pid) == set(usable_cpus())
    assert places.cpu_of(3) is None


def test_whoever_is_gone_is_passed_over() -> None:
    with process("pass") as pid:
        pass
    with process("pass") as there:
        Places("pinned").confine([pid, there], usable_cpus()[0])

        assert cpus_of(there) == {usable_cpus()[0]}


def test_one_that_computes_in_one_place_is_confined_to_the_round_s_cpu(reaper: Reaper) -> None:
    places, (first, second, *_) = Places("pinned"), usable_cpus()
    with trial("sync", reaper) as live:
        for cpu in (first, second, first):
            assert live.place(places, cpu) is True
            live.turn(TURN)
            assert [cpus_of(pid) for pid in live.pids] == [{cpu}]


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_one_whose_only_worker_computes_is_confined_with_the_pool_that_waits(runner: str, reaper: Reaper) -> None:
    places, cpu = Places("pinned"), usable_cpus()[0]
    with trial(runner, reaper, concurrency=1) as live:
        live.turn(LONG)
        live.idle_turn()

        assert live.place(places, cpu) is True
        assert {frozenset(cpus_of(pid)) for pid in live.pids} == {frozenset({cpu})}
        live.place(places, None)
        live.close()
        live.open(2)
        live.turn(LONG)

        assert live.place(places, cpu) is False
        assert {frozenset(cpus_of(pid)) for pid in live.pids} == {frozenset(usable_cpus())}


SLOW_TO_BOOT = """
import pathlib, time
if b"resource_tracker" in pathlib.Path("/proc/self/cmdline").read_bytes():
    while time.process_time() < 0.2:
        pass
"""


def test_what_multiprocessing_starts_beside_its_workers_is_not_where_the_contestant_computes(
    reaper: Reaper, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SLOW_TO_BOOT)
    with trial("processes", reaper, concurrency=1, environment={"PYTHONPATH": str(tmp_path)}) as live:
        (tracker,) = [pid for pid in live.pids if b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert tree.cpu_s([tracker]) >= 0.2  # all of its slow boot, before any turn
        live.turn(LONG)
        live.idle_turn()

        assert live.place(Places("pinned"), usable_cpus()[0]) is True


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_one_with_several_workers_keeps_all(runner: str, reaper: Reaper) -> None:
    with trial(runner, reaper) as live:
        live.turn(LONG)

        assert live.place(Places("pinned"), usable_cpus()[0]) is False
        live.turn(TURN)
        assert {frozenset(cpus_of(pid)) for pid in live.pids} == {frozenset(usable_cpus())}


@pytest.mark.parametrize("runner", ["asyncio", "uvloop"])
def test_a_loop_that_hands_its_ops_to_threads_keeps_all_cpus_from_its_first_turn_on(
    runner: str, reaper: Reaper, tmp_path: Path
) -> None:
    spec = spec_of("file_io")
    with fixture.running(spec, tmp_path, reaper, PATIENCE_S) as server, Nursery(reaper).bout({}) as cradle:
        with loaded(runner, spec, cradle.launch, reaper, server) as live:
            live.open(1)
            live.side_turn(8_000_000, 2_000_000, 31_000_000)  # its thread is born in it
            live.idle_turn()

            assert live.place(Places("pinned"), usable_cpus()[0]) is False


@pytest.mark.parametrize(("waking_is_known", "confined"), [(True, True), (False, False)])
def test_what_a_pool_takes_to_wake_its_only_worker_is_not_computing(
    waking_is_known: bool, confined: bool, reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a meter by which waking takes a fifth as much as the ops: real turns this short are mostly noise."""
    turns: list[str] = []

    def run(live: LiveTrial, turn: Turn) -> object:
        turns.append(turn.kind)
        return really_run(live, turn)

    def threads_cpu_s(pids: Iterable[int]) -> dict[int, float]:
        (pid,) = pids
        waker, worker = sorted(int(task.name) for task in Path(f"/proc/{pid}/task").iterdir())
        return {waker: 0.001 * len(turns), worker: 0.005 * turns.count(TIMED)}

    really_run = LiveTrial._run
    monkeypatch.setattr(LiveTrial, "_run", run)
    monkeypatch.setattr(LiveTrial, "_cpu_s", lambda live: sum(threads_cpu_s(live.pids[:1]).values()) if turns else 0.0)
    monkeypatch.setattr(tree, "threads_cpu_s", threads_cpu_s)
    with trial("threads", reaper, concurrency=1) as live:
        for _ in range(3):
            live.turn(TURN)
        if waking_is_known:
            live.idle_turn()

        assert live.place(Places("pinned"), usable_cpus()[0]) is confined


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_several_workers_are_in_several_places_however_little_is_known(runner: str, reaper: Reaper) -> None:
    with trial(runner, reaper, concurrency=2) as live:
        live.turn(TURN)  # so short that one thread may hold the GIL all the time

        assert live.place(Places("pinned"), usable_cpus()[0]) is False


def test_where_the_kernel_tells_of_no_thread_several_are_several(
    reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "threads_cpu_s", lambda pids: {})
    with trial("threads", reaper, concurrency=1) as live, trial("sync", reaper) as plain:
        for one in (live, plain):
            one.turn(TURN)

        assert live.place(Places("pinned"), usable_cpus()[0]) is False
        assert plain.place(Places("pinned"), usable_cpus()[0]) is True


def test_a_child_that_a_confined_contestant_forks_gets_its_cpus_back_with_it(reaper: Reaper) -> None:
    places, cpu = Places("pinned"), usable_cpus()[0]
    with trial("sync", reaper, "sitter.py") as live:
        assert live.place(places, cpu) is True
        while len(live.pids) == 1:
            live.turn(TURN)  # its third op forks a child that stays: born confined
        (child,) = live.pids[1:]
        assert cpus_of(child) == {cpu}

        assert live.place(places, cpu) is False
        assert [cpus_of(pid) for pid in live.pids] == [set(usable_cpus())] * 2
        live.turn(TURN)
        assert live.place(places, usable_cpus()[1]) is False


def test_one_whose_ops_start_and_await_children_is_no_longer_confined(reaper: Reaper) -> None:
    with trial("sync", reaper, "sitter.py", stays=False) as live:
        assert live.place(Places("pinned"), usable_cpus()[0]) is True
        live.turn(TURN)

        assert live.place(Places("pinned"), usable_cpus()[0]) is False
