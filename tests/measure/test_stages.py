"""After the blocks that everyone gets, those that are not settled go on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from bench.cli.commands import catalogue_of
from bench.measure import session
from bench.measure.budget import Budget
from bench.measure.pace import Need
from bench.model import Plan, Stage, TrialResult
from bench.plan import discovery, matrix
from bench.results.store import Store, read
from bench.trial import runners
from tests.support.sessions import Listener
from tests.support.synthetic import SETTINGS

INFOS = {name: runners.catalogue()[name] for name in ("sync", "threads")}


def plan() -> Plan:
    settings = replace(
        SETTINGS, runners=tuple(INFOS), baseline="sync", blocks=2, further_blocks=3, budget_s=0.5, twins=False
    )
    specs = discovery.specs(*catalogue_of(("noop",)), {})
    return matrix.make(settings, specs, INFOS, {}, (1, 2), 2)


def carried_out(
    made: Plan, directory: Path, further: Stage, done: Collection[tuple[int, str]] = ()
) -> tuple[list[TrialResult], list[int]]:
    """What was measured, and after how many blocks it was asked who goes on."""
    trials: list[TrialResult] = []
    asked: list[int] = []

    def next_stage(blocks: int, left_s: float) -> Stage:
        asked.append(blocks)
        return further if len(asked) == 1 else Stage({}, 0.0)

    session.carry_out(made, runners.catalogue(), set(done), directory, trials.extend, Listener(), next_stage)
    return trials, asked


def blocks_of(trials: Collection[TrialResult], concurrency: int) -> list[int]:
    return sorted(trial.block for trial in trials if (trial.concurrency, trial.runner) == (concurrency, "sync"))


def test_only_those_that_are_not_settled_are_held_again_and_what_is_stored_can_be_read(tmp_path: Path) -> None:
    made = plan()
    trials, asked = carried_out(made, tmp_path / "scratch", Stage({("noop", 2): 3}, 0.2))
    keeper = Store.create(tmp_path / "results", made, {}, ["bench", "run"])
    keeper.append(trials)
    keeper.finish("completed", 1.0)
    kept = read(keeper.directory)

    assert blocks_of(trials, 1) == [0, 1]
    assert blocks_of(trials, 2) == [0, 1, 2, 3, 4]
    assert asked == [2, 5]
    assert kept.remarks == ()
    assert len(kept.trials) == len(trials)


def test_a_further_block_that_was_cut_short_is_left_out_and_a_whole_one_is_not(tmp_path: Path) -> None:
    made = plan()
    trials, _ = carried_out(made, tmp_path / "scratch", Stage({("noop", 2): 2}, 0.2))
    keeper = Store.create(tmp_path / "results", made, {}, ["bench", "run"])
    keeper.append(trials[:-1])
    keeper.finish("interrupted", 1.0)
    kept = read(keeper.directory)

    assert blocks_of(kept.trials, 2) == [0, 1, 2]
    assert kept.remarks == ("block 4 of noop has 1 of its 2 cases and is left out",)


def test_what_is_stored_of_a_stage_is_not_measured_again(tmp_path: Path) -> None:
    done = [(0, "noop"), (1, "noop"), (2, "noop")]
    trials, asked = carried_out(plan(), tmp_path / "scratch", Stage({("noop", 1): 2}, 0.2), done)

    assert blocks_of(trials, 1) == [3]
    assert blocks_of(trials, 2) == []
    assert asked == [2, 4]


def test_a_budget_goes_on_with_what_it_knows() -> None:
    now_s = [0.0]
    budget = Budget(10.0, {"calm": 1, "noisy": 1}, 0, lambda: now_s[0])
    budget.held("calm", 0.0, Need(1.0, 0.0, 0.0))
    budget.held("noisy", 0.0, Need(3.0, 0.0, 0.0))
    now_s[0] = 500.0

    budget.go_on(8.0, {"calm": 1, "noisy": 1}, 0)

    assert budget.left_s() == 8.0
    assert budget.rounds_s("noisy") == 6.0
    assert budget.rounds_s("calm") == 2.0
