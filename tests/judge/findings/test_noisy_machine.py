"""What others took, and what it can have done: by hand, and on simulated CPUs that are shared fairly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from bench.judge import stats
from bench.model import StoredRun, TrialResult
from tests.support.findings import ids, the, verdicts
from tests.support.synthetic import QUIET, run, trial
from tests.support.synthetic import turn as one_turn


def shared(
    noise: dict[str, float], rates: Mapping[str, float], cores: Mapping[str, float], cpu: int | None
) -> StoredRun:
    """A run of these runners beside others. cores: that each uses in a turn, on that CPU or on all of them."""

    def measured(runner: str, block: int) -> TrialResult:
        found = trial(runner, block, rate=rates[runner], noise=QUIET | noise)
        used = [replace(turn, cpu=cpu, cpu_s=cores[runner] * turn.wall_s) for turn in found.turns]
        return replace(found, turns=tuple(used))

    return run(measured, runners=tuple(rates))


def noise(threads_rate: float = 1000.0, **changes: float) -> StoredRun:
    """Everyone computes wherever the others leave a CPU."""
    rates = {"sync": 1000.0, "threads": threads_rate, "asyncio": 1000.0}
    return shared(changes, rates, dict.fromkeys(rates, 1.0), None)


def test_other_programs_and_a_greedy_hypervisor_are_named_and_withhold_verdicts() -> None:
    assert ids(noise(busy_s=1.9)) == {"noisy-machine": "invalid"}
    assert set(verdicts(noise(busy_s=1.9)).values()) == {None}
    assert ids(noise(busy_s=1.25)) == {"noisy-machine": "warning"}
    assert ids(noise(steal_s=0.5, busy_s=1.5)) == {"noisy-machine": "invalid"}
    assert ids(noise(busy_s=1.1)) == {}


def test_an_effect_many_times_what_the_noise_can_do_is_marked_and_not_withheld() -> None:
    stored = noise(threads_rate=190.0, busy_s=2.2, ours_s=1.0)

    assert ids(stored) == {"noisy-machine": "invalid"}
    assert "make ratios up to 2.5×" in the(stored, "noisy-machine").evidence
    assert verdicts(stored) == {
        ("sync", "threads"): "faster", ("threads", "sync"): "slower", ("asyncio", "threads"): "faster",
        ("threads", "asyncio"): "slower", ("sync", "asyncio"): None, ("asyncio", "sync"): None,
    }  # fmt: skip


def test_where_every_effect_is_larger_it_is_a_warning() -> None:
    stored = shared({"busy_s": 2.0}, {"sync": 1000.0, "threads": 100.0}, {"sync": 1.0, "threads": 1.0}, None)

    assert ids(stored) == {"noisy-machine": "warning"}
    assert verdicts(stored)["sync", "threads"] == "faster"


def test_where_a_cpu_is_left_idle_nobody_went_short() -> None:
    stored = shared({"busy_s": 2.0}, {"sync": 1000.0, "threads": 1200.0}, {"sync": 0.7, "threads": 0.7}, None)

    assert ids(stored) == {"noisy-machine": "warning"}
    assert "for a machine as busy as it was" in the(stored, "noisy-machine").evidence
    assert verdicts(stored)["threads", "sync"] == "faster"


def test_who_has_the_cpu_of_its_place_to_itself_did_not_go_short() -> None:
    rates = {"sync": 1000.0, "asyncio": 1200.0, "threads": 1500.0}
    alone = shared({"busy_s": 2.0}, rates, {"sync": 0.99, "asyncio": 0.99, "threads": 0.99}, 0)
    disturbed = shared({"busy_s": 2.0}, rates, {"sync": 0.99, "asyncio": 0.99, "threads": 0.8}, 0)

    assert ids(alone) == {"noisy-machine": "warning"}
    assert verdicts(alone)["threads", "sync"] == "faster"
    assert ids(disturbed) == {"noisy-machine": "invalid"}
    assert verdicts(disturbed)["threads", "sync"] is None
    assert verdicts(disturbed)["asyncio", "sync"] == "faster"


def computing(*, undisturbed: float, cpu: int | None = 0) -> StoredRun:
    """Two that compute; in three of four turns a program has half of their CPU, in the fourth they do all they can."""

    def measured(runner: str, block: int) -> TrialResult:
        found = trial(runner, block, rate=1200.0 if runner == "asyncio" else 1000.0, noise=QUIET | {"busy_s": 2.6})
        used = [
            replace(turn, cpu=cpu, cpu_s=(undisturbed if n % 4 == 0 else 0.5) * turn.wall_s)
            for n, turn in enumerate(found.turns)
        ]
        return replace(found, turns=tuple(used))

    return run(measured, runners=("sync", "asyncio"))


def test_who_only_compute_in_one_place_lose_the_same_and_keep_their_verdicts() -> None:
    assert ids(computing(undisturbed=0.99)) == {"noisy-machine": "warning"}
    assert verdicts(computing(undisturbed=0.99))["asyncio", "sync"] == "faster"
    assert ids(computing(undisturbed=0.8)) == {"noisy-machine": "invalid"}  # they wait, and who waits goes first
    assert ids(computing(undisturbed=0.99, cpu=None)) == {"noisy-machine": "invalid"}


def test_the_server_s_cpu_counts() -> None:
    def measured(runner: str, block: int) -> TrialResult:
        served = [one_turn(n, cpu_s=0.05, server_cpu_s=0.04) for n in range(8)]
        return trial(runner, block, turns=served, noise=QUIET | {"busy_s": 2.0})

    assert ids(run(measured, runners=("sync", "threads"))) == {"noisy-machine": "invalid"}


def test_who_can_close_nothing_is_not_told_to() -> None:
    assert "close other programs" in the(noise(busy_s=1.9), "noisy-machine").remedy
    assert "close" not in the(noise(busy_s=1.5, steal_s=0.5), "noisy-machine").remedy.replace("be closed", "")
    assert "close other programs" in the(noise(busy_s=2.5, steal_s=0.5), "noisy-machine").remedy


# On CPUs shared fairly with others ---------------------------------------------------------------------------------

CPUS = 2
Hogs = Callable[[np.random.Generator], list[int]]


def fairly_shared(hogs: Hogs, seed: int, turns: int = 200) -> tuple[float, float]:
    """The share that others take, and the log ratio that one who waits gets over one who computes on one CPU.

    ``hogs`` draws for each turn on which CPUs others compute. Who computes shares its CPU evenly with them, and has
    another CPU every round, as placement deals them out.
    """
    rng = np.random.default_rng(seed)
    taken, logs = 0.0, []
    for n in range(turns):
        beside, meanwhile = hogs(rng), hogs(rng)  # in the turn of who computes, and of who waits
        rivals = beside.count(n % CPUS)
        logs.append(float(np.log(1 + rivals)))
        taken += len(set(meanwhile)) + len(set(beside)) - (rivals > 0) / (1 + rivals)
    return taken / (2 * turns * CPUS), stats.trimmed_mean(logs)


@pytest.mark.parametrize(
    "hogs",
    [
        lambda rng: [int(rng.integers(CPUS))],
        lambda rng: [0],
        lambda rng: [0, 1],
        lambda rng: [0, 0, 1, 1],
        lambda rng: [0] * int(rng.random() < 0.5),
        lambda rng: [0, 1] if rng.random() < 0.3 else [],
    ],
    ids=["one that moves", "one that stays", "one on each", "two on each", "half the time", "now and then"],
)
def test_no_noise_shared_fairly_makes_a_ratio_larger_than_is_said(hogs: Hogs) -> None:
    for seed in range(20):
        share, log = fairly_shared(hogs, seed)

        assert log <= -np.log(1 - share) + 1e-9


@pytest.mark.parametrize("hogs", [lambda rng: [0], lambda rng: [int(rng.integers(CPUS))], lambda rng: [0, 1]])
def test_two_that_only_compute_lose_the_same_to_whatever_is_beside_them(hogs: Hogs) -> None:
    """Pass by pass, in turns of which each is disturbed or not by itself."""
    off = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        logs = [float(np.log(1 + hogs(rng).count(n % CPUS)) - np.log(1 + hogs(rng).count(n % CPUS))) for n in range(24)]
        off.append(stats.trimmed_mean(logs))

    assert abs(np.mean(off)) <= 3 * np.std(off) / len(off) ** 0.5 + 1e-12
