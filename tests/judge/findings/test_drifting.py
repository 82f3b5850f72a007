"""Whose ratio depends on how long the run was: by hand, by simulation of the machine, and on a recorded run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from bench.judge import analysis
from bench.judge.findings import drifting
from bench.judge.findings._evidence import Evidence
from bench.model import StoredRun, Summary, TrialResult, TurnResult
from bench.results import store
from tests.support.findings import blamed, evidence, ids, only, the, verdicts
from tests.support.synthetic import WINDOW_S, run, trial, turn

EXAMPLE = Path("results/example")
FIVE = ("sync", "threads", "processes", "asyncio", "uvloop")


def moving(factor: float, *, cpu: float | None = None, rate: float = 1000.0, rounds: int = 8) -> list[TurnResult]:
    """Turns whose rate goes by the factor from one to the next; an op's CPU time by ``cpu``, or as the rate."""
    per_op_s = [5e-4 * (cpu or 1 / factor) ** n for n in range(rounds)]
    made = [turn(n, rate=rate * factor**n) for n in range(rounds)]
    return [replace(t, cpu_s=t.all_ops * cost_s) for t, cost_s in zip(made, per_op_s, strict=True)]


@pytest.mark.parametrize(("factor", "name"), [(1.03, "still-warming"), (0.97, "drifting")])
def test_a_ratio_that_turn_order_explains_has_no_verdict(factor: float, name: str) -> None:
    stored = run(only("threads", lambda r, b: trial(r, b, turns=moving(factor))))

    assert ids(stored) == {name: "invalid"}
    assert blamed(stored, name) == {"threads"}
    assert {pair: v for pair, v in verdicts(stored).items() if "threads" not in pair} == {
        ("sync", "asyncio"): "equivalent", ("asyncio", "sync"): "equivalent",
    }  # fmt: skip
    assert {v for pair, v in verdicts(stored).items() if "threads" in pair} == {None}


def test_a_small_drift_takes_no_verdict_away_that_it_could_not_have_made() -> None:
    stored = run(only("threads", lambda r, b: trial(r, b, turns=moving(0.985, rate=3000.0))))

    assert ids(stored) == {"drifting": "warning"}
    assert verdicts(stored)["threads", "sync"] == "faster"


def test_a_drift_that_all_contestants_share_is_the_machines_and_not_theirs() -> None:
    assert ids(run(lambda r, b: trial(r, b, turns=moving(0.95, cpu=1.0)))) == {}


def test_ops_that_compute_longer_under_every_runner_change_the_rates_and_no_ratio() -> None:
    stored = run(lambda r, b: trial(r, b, turns=[replace(t, cpu_s=2 * t.cpu_s) for t in moving(0.93)]))

    assert ids(stored) == {"drifting": "warning"}
    assert "ratios stand" in the(stored, "drifting").evidence
    assert set(verdicts(stored).values()) == {"equivalent"}


def test_what_grows_is_looked_for_where_the_time_goes() -> None:
    computing = run(only("threads", lambda r, b: trial(r, b, turns=moving(0.95))))
    waiting = run(only("threads", lambda r, b: trial(r, b, turns=moving(0.95, cpu=1.0))))

    assert "compute longer" in the(computing, "drifting").remedy
    assert "wait longer" in the(waiting, "drifting").remedy


# On a machine whose speed moves ----------------------------------------------------------------------------------

STEP_S = 0.02
CONTESTS = 200


def speeds(rng: np.random.Generator, steps: int) -> list[float]:
    """Log speed of a shared machine turn by turn: stretches at 55 %, a wander of many seconds, and noise."""
    slow, wander, found = rng.random() < 0.15, 0.0, []
    change, keep = 1 - np.exp(-STEP_S / 0.2), np.exp(-STEP_S / 20)
    for _ in range(steps):
        if rng.random() < change:
            slow = rng.random() < 0.15
        wander = keep * wander + rng.normal(0, 0.15 * np.sqrt(1 - keep**2))
        found.append((np.log(0.55) if slow else 0.0) + wander + rng.normal(0, 0.06))
    return found


def contest(
    seed: int, rounds: int, growth: Callable[[str, int], float] = lambda runner, n: 0.0
) -> Callable[[str, int], TrialResult]:
    """Trials of five contestants in mirrored turns; ``growth`` is the log of an op's cost after n turns of its own."""

    @cache
    def block(number: int) -> dict[str, list[TurnResult]]:
        rng = np.random.default_rng([seed, number])
        speed = iter(speeds(rng, rounds * 2 * len(FIVE)))
        taken: dict[str, list[TurnResult]] = {runner: [] for runner in FIVE}
        for n in range(rounds):
            order = list(rng.permutation(FIVE))
            for position, runner in enumerate([*order, *reversed(order)]):
                log = next(speed) - growth(runner, len(taken[runner]))
                rate = 1000 * float(np.exp(log + rng.normal(0, 0.02)))
                cpu_s = WINDOW_S * 0.95
                taken[runner].append(turn(n, rate, position=position, cpu_s=cpu_s))
        return taken

    return lambda runner, number: trial(runner, number, turns=block(number)[runner])


@pytest.mark.parametrize("rounds", [1, 6])
def test_fewer_than_one_honest_contest_in_100_is_named(rounds: int) -> None:
    named = sum(any(drifting.find(evidence(run(contest(seed, rounds), runners=FIVE)))) for seed in range(CONTESTS))

    assert named < 0.01 * CONTESTS


def grows(runner: str, turns: int) -> float:
    """A list that every op walks and makes longer: cost goes with the square root of the time spent."""
    return 0.5 * float(np.log(1 + turns)) if runner in FIVE[:3] else 0.0


def test_where_the_many_grow_the_few_are_not_blamed() -> None:
    runs = [run(contest(seed, 6, grows), runners=FIVE) for seed in range(20)]

    assert all(blamed(stored, "drifting") == {"sync", "threads", "processes"} for stored in runs)
    assert not any(blamed(stored, "still-warming") for stored in runs)
    assert {verdicts(stored)["uvloop", "sync"] for stored in runs} == {None}


def test_two_turns_per_block_tell_a_cost_that_doubles() -> None:
    doubling = contest(1, 1, lambda runner, turns: 0.7 * turns * (runner == "sync"))

    assert blamed(run(doubling, runners=FIVE, blocks=8), "drifting") == {"sync"}


# On a machine that was recorded ------------------------------------------------------------------------------------


def reversed_in_time(recorded: TrialResult) -> TrialResult:
    last = max((t.round for t in recorded.turns), default=0)
    return replace(
        recorded, turns=tuple(replace(t, round=last - t.round, position=-t.position) for t in recorded.turns)
    )


@pytest.fixture(scope="module")
def example() -> tuple[StoredRun, Summary]:
    recorded = store.read(EXAMPLE)
    return recorded, analysis.summarise(recorded)


def test_recorded_blocks_reversed_at_random_raise_it_in_fewer_than_one_contest_in_100(
    example: tuple[StoredRun, Summary],
) -> None:
    recorded, summary = example
    raised = contests = 0
    blocks = 1 + max(trial.block for trial in recorded.trials)
    patterns = list(product((False, True), repeat=blocks))
    for pattern in patterns[:: len(patterns) // 16]:
        trials = tuple(reversed_in_time(t) if pattern[t.block] else t for t in recorded.trials)
        marks = drifting.find(Evidence(replace(recorded, trials=trials), summary.cases, summary.comparisons))
        raised += len({mark.cases[0][:2] for mark in marks})
        contests += len(recorded.plan.contests)

    assert raised < 0.01 * contests
