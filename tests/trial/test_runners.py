"""One contract for every runner, in real trial processes."""

from __future__ import annotations

import base64
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from bench.errors import TrialFailed
from bench.measure import fixture
from bench.measure.contestant import LiveTrial
from bench.measure.tally import tally
from bench.measure.zygote import Nursery
from bench.model import WorkloadSpec
from bench.process.reaper import Reaper
from bench.trial.runners import RunnerInfo
from bench.trial.turn import TIMED, Turn
from tests.support.contestants import loaded
from tests.support.workloads import spec_of

C = 3
TURN = Turn(TIMED, ramp_ns=60_000_000, window_ns=60_000_000, drain_ns=5_000_000)


@contextmanager
def trial(name: str, spec: WorkloadSpec, reaper: Reaper, value: object = None) -> Iterator[LiveTrial]:
    server = fixture.FixtureProcess(None, base64.b64encode(pickle.dumps(value)).decode(), counts=False, musters=False)
    with Nursery(reaper).bout({}) as cradle, loaded(name, spec, cradle.launch, reaper, server) as live:
        yield live


@pytest.fixture
def log() -> Iterator[Path]:
    with tempfile.NamedTemporaryFile() as file:
        yield Path(file.name)


def test_c_workers_are_set_up_once_keep_working_over_turns_and_are_torn_down(
    runner: RunnerInfo, reaper: Reaper, log: Path
) -> None:
    workers = 1 if runner.serial else C
    with trial(runner.name, spec_of("counting.py"), reaper, str(log)) as live:
        live.open(C)
        turns = [live.turn(TURN) for _ in range(2)]
        opened = log.read_text().splitlines()
        live.close()
        closed = log.read_text().splitlines()[len(opened) :]

    clients = workers if runner.name == "processes" else 1
    assert len([line for line in opened if line.startswith("+client")]) == clients
    assert len({line.split()[2] for line in opened if line.startswith("+worker")}) == workers
    assert len({line.split()[1] for line in opened if line.startswith("+worker")}) == workers
    assert not [line for line in opened if line.startswith("-")]
    assert sorted(line[1:] for line in closed) == sorted(line[1:] for line in opened)
    assert all(len(turn.workers) == workers for turn in turns)


def test_pools_are_told_how_many_workers_share_them(runner: RunnerInfo, reaper: Reaper, log: Path) -> None:
    shared = {"sync": 1, "processes": 1}.get(runner.name, C)
    with trial(runner.name, spec_of("counting.py"), reaper, str(log)) as live:
        live.open(C)

        assert f"+client c={shared}" in log.read_text()


def test_all_workers_run_from_before_the_window_to_after_it(runner: RunnerInfo, reaper: Reaper) -> None:
    with trial(runner.name, spec_of("sleep", duration_ms=5), reaper) as live:
        live.open(C)
        live.turn(TURN)
        reads = live.turn(TURN)

    assert len(reads.workers) == (1 if runner.serial else C)
    for worker in reads.workers:
        assert worker.ends_ns[0] < reads.open_ns
        assert worker.ends_ns[-1] > reads.close_ns
        assert (np.diff(worker.ends_ns) > 0).all()


def test_littles_law_holds_and_workers_share_the_work(runner: RunnerInfo, reaper: Reaper) -> None:
    with trial(runner.name, spec_of("sleep", duration_ms=5), reaper) as live:
        live.open(C)
        live.turn(TURN)
        reads = live.turn(TURN)
    counted = tally(reads.workers, reads.open_ns, reads.close_ns)
    rate = counted.ops / ((reads.close_ns - reads.open_ns) / 1e9)
    latency_s = counted.latency_sum_s / counted.completed

    assert rate * latency_s == pytest.approx(len(reads.workers), rel=0.05)
    assert counted.fairness > 0.9
    assert counted.late_workers == 0


def test_failing_ops_are_counted_and_the_rest_goes_on(runner: RunnerInfo, reaper: Reaper) -> None:
    with trial(runner.name, spec_of("raises.py"), reaper) as live:
        live.open(C)
        reads = live.turn(Turn(TIMED, 0, 50_000_000, 0))
    counted = tally(reads.workers, reads.open_ns, reads.close_ns)

    assert set(reads.messages) == {"ValueError: every third op fails"}
    assert counted.errors / counted.completed == pytest.approx(1 / 3, abs=0.02)


def test_a_lag_turn_returns_the_lateness_of_5_ms_ticks(runner: RunnerInfo, reaper: Reaper) -> None:
    with trial(runner.name, spec_of("sleep", duration_ms=5), reaper) as live:
        live.open(C)
        lateness_ns = live.lag_turn(5_000_000, 60_000_000)

    assert 3 <= len(lateness_ns) <= 13
    assert all(late >= 0 for late in lateness_ns)


def test_a_memory_turn_sees_the_whole_tree(runner: RunnerInfo, reaper: Reaper) -> None:
    with trial(runner.name, spec_of("sleep", duration_ms=5), reaper) as live:
        live.open(C)
        memory = live.memory_turn(1_000_000)

    if memory is None:
        pytest.skip("this platform does not tell the memory of a process")
    assert memory.processes >= (1 + C if runner.name == "processes" else 1)
    assert memory.threads >= memory.processes


def test_cpu_of_the_tree_is_charged_to_the_turn(runner: RunnerInfo, reaper: Reaper) -> None:
    with trial(runner.name, spec_of("cpu", steps=2000), reaper) as live:
        live.open(1)
        live.turn(TURN)
        burning = live.turn(TURN)
    with trial(runner.name, spec_of("sleep", duration_ms=5), reaper) as live:
        live.open(1)
        live.turn(TURN)
        waiting = live.turn(TURN)

    assert burning.cpu_s / burning.wall_s > 4 * waiting.cpu_s / waiting.wall_s


def test_concurrency_can_change_in_the_same_process(runner: RunnerInfo, reaper: Reaper) -> None:
    with trial(runner.name, spec_of("sleep", duration_ms=5), reaper) as live:
        for concurrency in (1, 2, 4):
            live.open(concurrency)
            assert len(live.turn(TURN).workers) == (1 if runner.serial else concurrency)
            live.close()


def test_a_worker_that_cannot_be_set_up_puts_the_contestant_out_with_its_words(
    runner: RunnerInfo, reaper: Reaper
) -> None:
    with trial(runner.name, spec_of("counting.py"), reaper, "/nowhere/log") as live:
        with pytest.raises(TrialFailed, match="FileNotFoundError"):
            live.open(C)

        assert live.out is not None


def test_the_loop_and_the_start_method_are_recorded(runner: RunnerInfo, reaper: Reaper) -> None:
    with trial(runner.name, spec_of("sleep", duration_ms=5), reaper) as live:
        live.open(1)

        assert live.facts["gil"] in {True, False}
        if runner.form == "coroutine":
            assert live.facts["loop"].split(".")[0] == runner.name
        if runner.name == "processes":
            assert live.facts["start_method"] in {"forkserver", "spawn"}


def test_what_waking_the_workers_takes_is_not_the_ops(
    runner: RunnerInfo, reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a meter by which every turn costs the same to wake and park: real turns this short are mostly noise."""
    turns_run = 0

    def run(live: LiveTrial, turn: Turn) -> object:
        nonlocal turns_run
        turns_run += 1
        return really_run(live, turn)

    really_run = LiveTrial._run
    monkeypatch.setattr(LiveTrial, "_run", run)
    monkeypatch.setattr(LiveTrial, "_cpu_s", lambda _: 0.25 * turns_run)

    nothing = Turn(TIMED, 0, 0, 0)
    with trial(runner.name, spec_of("noop"), reaper) as live:
        live.open(1 if runner.serial else 4)
        whole_s = live.turn(nothing).cpu_s
        live.idle_turn()
        rest_s = live.turn(nothing).cpu_s
        live.close()

    assert (whole_s, rest_s) == (0.25, 0.0)
