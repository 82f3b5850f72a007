"""A limit that nobody sees: by hand, and by simulation of workers that wait, compute and queue."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from bench.model import StoredRun
from tests.support.findings import blamed, ids, the
from tests.support.synthetic import QUIET, WINDOW_S, run, trial, turn

LOOP = {"loop": "asyncio.unix_events._UnixSelectorEventLoop", "gil": True}
FACTS: dict[str, dict[str, Any]] = {
    "sync": {"gil": True},
    "threads": {"gil": True},
    "asyncio": LOOP,
    "processes": {"gil": True, "start_method": "spawn"},
}


@dataclass(frozen=True)
class Seen:
    """What a case shows: ops per second and cores."""

    rate: float
    cores: float = 0.05
    server_cores: float | None = None


def contest(workers: int, seen: dict[str, Seen], **environment: Any) -> StoredRun:
    def make(runner: str, block: int) -> Any:
        it, own = seen[runner], 1 if runner == "sync" else workers
        server_cpu_s = None if it.server_cores is None else WINDOW_S * it.server_cores
        made = [
            turn(n, it.rate, own, cpu_s=WINDOW_S * it.cores, server_cpu_s=server_cpu_s, position=n) for n in range(4)
        ]
        return trial(runner, block, workers=own, turns=made, facts=FACTS[runner])

    return run(make, runners=list(seen), concurrency=workers, environment=environment)


def joined(*runs: StoredRun) -> StoredRun:
    contests = tuple(contest for stored in runs for contest in stored.plan.contests)
    trials = tuple(t for stored in runs for t in stored.trials)
    return replace(runs[0], plan=replace(runs[0].plan, contests=contests), trials=trials)


WAITING = {"sync": Seen(98.0), "threads": Seen(98.0 * 32)}


def test_six_at_work_of_32_are_the_default_executor_of_two_cpus() -> None:
    stored = contest(32, WAITING | {"asyncio": Seen(577.0)}, cpus=2, cpus_online=2)
    found = the(stored, "hidden-pool")

    assert (found.severity, blamed(stored, "hidden-pool")) == ("invalid", {"asyncio"})
    assert "32 workers do what 5.9 would" in found.evidence
    assert "6 is the size of the event loop's default executor" in found.evidence
    assert "set_default_executor" in found.remedy


@pytest.mark.parametrize(
    ("environment", "fits"), [({"cpus": 2, "cpus_online": 8}, True), ({"cpus": 8}, True), ({"cpus": 4}, False)]
)
def test_the_default_executor_has_the_size_of_the_machine_or_of_the_process(
    environment: dict[str, int], fits: bool
) -> None:
    stored = contest(32, WAITING | {"asyncio": Seen(98.0 * 11.8)}, **environment)

    assert ("default executor" in the(stored, "hidden-pool").evidence) is fits


def test_a_default_executor_is_told_to_event_loops_only() -> None:
    found = the(contest(32, {"sync": Seen(98.0), "threads": Seen(577.0)}), "hidden-pool")

    assert "executor" not in found.evidence + found.remedy


def test_a_pool_of_another_size_is_named_where_the_runner_alone_was_seen() -> None:
    alone = contest(1, {"sync": Seen(98.0), "threads": Seen(98.0), "asyncio": Seen(96.0)})
    pooled = joined(alone, contest(32, WAITING | {"asyncio": Seen(96.0 * 16)}))
    found = the(pooled, "hidden-pool")

    assert found.severity == "invalid"
    assert "do what 16.0 would" in found.evidence
    assert "under another runner 32 are at work" in found.remedy


def test_an_op_that_takes_one_form_twice_as_long_is_no_pool() -> None:
    alone = contest(1, {"sync": Seen(98.0), "threads": Seen(98.0), "asyncio": Seen(49.0)})
    apart = contest(32, WAITING | {"asyncio": Seen(49.0 * 32)})

    assert ids(joined(alone, apart)) == {}
    assert ids(apart) == {"hidden-pool": "warning"}
    assert "either an op takes this runner longer than sync" in the(apart, "hidden-pool").remedy


def test_what_no_runner_gets_past_is_something_they_share() -> None:
    alone = contest(1, {"sync": Seen(98.0), "threads": Seen(98.0), "asyncio": Seen(96.0)})
    shared = joined(alone, contest(32, {"sync": Seen(98.0), "threads": Seen(294.0), "asyncio": Seen(290.0)}))

    assert ids(shared) == {"hidden-pool": "warning"}
    assert "something they share" in the(shared, "hidden-pool").remedy


@pytest.mark.parametrize(
    "busy",
    [
        Seen(98.0 * 5, cores=0.9),
        Seen(98.0 * 5, cores=0.3, server_cores=0.4),
        Seen(98.0 * 5, cores=0.05, server_cores=0.9),
    ],
)
def test_a_client_or_server_that_computes_is_no_pool(busy: Seen) -> None:
    assert "hidden-pool" not in ids(contest(32, WAITING | {"asyncio": busy}))


def test_processes_may_use_every_cpu_and_a_quota_is_what_there_is() -> None:
    half = {"sync": Seen(98.0, 0.3), "processes": Seen(98.0 * 2, 0.8)}

    assert "hidden-pool" in ids(contest(16, half, cpus=8))
    assert "hidden-pool" not in ids(contest(16, half, cpus=8, cpu_limit=1.0))


def test_beside_many_others_workers_may_wait_for_a_cpu_unless_some_do_not() -> None:
    def crowded(stored: StoredRun) -> StoredRun:
        noise = QUIET | {"busy_s": 1.8, "ours_s": 0.2}
        return replace(stored, trials=tuple(replace(t, noise=noise) for t in stored.trials))

    alone = contest(1, {"asyncio": Seen(96.0), "processes": Seen(96.0)})
    starved = contest(8, {"asyncio": Seen(96.0 * 2, 0.3), "processes": Seen(96.0 * 2, 0.3)})
    pooled = contest(32, WAITING | {"asyncio": Seen(577.0)})
    with_more_cores = contest(8, {"asyncio": Seen(96.0 * 2, 0.2), "processes": Seen(96.0 * 7, 0.7)})

    assert "hidden-pool" in ids(joined(alone, starved))
    assert "hidden-pool" not in ids(crowded(joined(alone, starved)))
    assert "hidden-pool" not in ids(crowded(joined(alone, with_more_cores)))
    assert "hidden-pool" in ids(crowded(pooled))


# Workers that wait, compute on one core and queue ------------------------------------------------------------------

Wait = Callable[[np.random.Generator], float]
WAITS: dict[str, Wait] = {
    "constant": lambda rng: 0.01,
    "exponential": lambda rng: float(rng.exponential(0.01)),
    "rarely long": lambda rng: 0.1 if rng.random() < 0.05 else 0.005,
}


def simulated(wait: Wait, workers: int, cpu_s: float, admitted: int | None = None, seed: int = 0) -> Seen:
    """Rate and cores of workers whose op waits, at most ``admitted`` at once, and then computes on the one core."""
    rng = np.random.default_rng(seed)
    slots = [0.0] * (admitted or workers)
    events = [(0.0, worker, False) for worker in range(workers)]
    core_free_s, done, ends_s = 0.0, 0, 100.0 if workers == 1 else 4.0
    while events[0][0] < ends_s:
        now_s, worker, waited = heapq.heappop(events)
        if waited:
            core_free_s = max(core_free_s, now_s) + cpu_s
            heapq.heappush(events, (core_free_s, worker, False))
            done += 1
        else:
            waited_s = max(now_s, heapq.heappop(slots)) + wait(rng)
            heapq.heappush(slots, waited_s)
            heapq.heappush(events, (waited_s, worker, True))
    return Seen(done / ends_s, min(1.0, done * cpu_s / ends_s))


def of_simulation(wait: Wait, workers: int, cpu_s: float, admitted: int | None) -> StoredRun:
    alone, together = simulated(wait, 1, cpu_s), simulated(wait, workers, cpu_s, admitted, seed=1)
    return joined(contest(1, {"asyncio": alone}), contest(workers, {"asyncio": together}))


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("workers", [2, 8, 64])
@pytest.mark.parametrize("cpu_s", [1e-6, 2e-5, 1e-4, 5e-4, 5e-3])
def test_without_a_pool_no_load_is_said_to_have_one(wait: str, workers: int, cpu_s: float) -> None:
    assert "hidden-pool" not in ids(of_simulation(WAITS[wait], workers, cpu_s, None))


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize(("workers", "admitted"), [(8, 2), (32, 6), (64, 16)])
def test_a_pool_of_known_size_is_found_with_its_size(wait: str, workers: int, admitted: int) -> None:
    found = the(of_simulation(WAITS[wait], workers, 1e-5, admitted), "hidden-pool")
    told = float(found.evidence.split("do what ")[1].split()[0])

    assert told == pytest.approx(admitted, rel=0.1)
