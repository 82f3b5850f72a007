"""Contests on the recorded speed of a real machine, quiet and beside a neighbour: what the default run would say.

The functions under test are the real ones: the order of turns, the pairs, the moderation, the verdicts, the decision
and the further blocks. Made up is only that every op takes a known number of units of work.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache

import numpy as np
import pytest

from bench.judge import decision, pairs, stats
from bench.model import Comparison, Decision, Plan, TrialResult
from bench.plan import matrix
from tests.support import speed, synthetic
from tests.support.intervals import holds
from tests.support.synthetic import RUNNERS

TURN_S, WINDOW_S, HAND_OVER_S = 0.0045, 0.004, 0.0015
ROUNDS, FIRST, FURTHER = 14, 6, 6  # 0.8 s of turns per block, as the default run has
PROCESS_NOISE = 0.004
"""Standard deviation, in logs, of what a process is faster or slower for life."""
CONTESTS = 60
EFFECTS = {
    "equal": dict.fromkeys(RUNNERS, 0.0),
    "one ahead": {**dict.fromkeys(RUNNERS, 0.0), "uvloop": math.log(1.2)},
    "near": dict(zip(RUNNERS, (0.0, 0.02, 0.03, 0.06, 0.08), strict=True)),
}


def block(
    machine: speed.Machine, plan: Plan, number: int, rng: np.random.Generator, effects: dict[str, float]
) -> list[TrialResult]:
    """One block at a random place of the record."""
    began_s = rng.uniform(0, machine.lasts_s)
    contest = plan.contests[0]
    order = [who.runner for n in range(ROUNDS) for who in matrix.round_order(plan, contest, number, n)]
    opens_s = began_s + np.arange(len(order), dtype=np.float64) * (TURN_S + HAND_OVER_S)
    units = machine.done(opens_s + WINDOW_S) - machine.done(opens_s)
    factors = {who: math.exp(effects[who] + rng.normal(0, PROCESS_NOISE)) for who in RUNNERS}
    per_round = 2 * len(RUNNERS)
    return [
        synthetic.of_turns(runner, number, [
            synthetic.turn(i // per_round, units[i] * factors[runner] / WINDOW_S, position=i % per_round)
            for i, who in enumerate(order) if who == runner
        ])
        for runner in RUNNERS
    ]  # fmt: skip


def judged(plan: Plan, trials: list[TrialResult]) -> tuple[list[Comparison], Decision]:
    by_runner = {(runner, 1): [trial for trial in trials if trial.runner == runner] for runner in RUNNERS}
    unjudged = pairs.of_workload(plan.contests, {plan.contests[0].key: by_runner}, plan.settings)
    found = pairs.judged(unjudged, plan)
    return found, decision.decided(*plan.contests[0].key, RUNNERS, found, plan.settings.margin)


@cache
def contests(name: str, effects: str) -> list[tuple[list[Comparison], Decision]]:
    """So many contests as a default run holds them: six blocks, and six more where they leave the question open."""
    machine, truth, found = speed.Machine(name), EFFECTS[effects], []
    for number in range(CONTESTS):
        rng = np.random.default_rng([number, len(name), len(effects)])
        plan = synthetic.plan(RUNNERS, seed=number, further_blocks=FURTHER)
        trials = [trial for n in range(FIRST) for trial in block(machine, plan, n, rng, truth)]
        told = judged(plan, trials)
        if told[1].use is None:
            trials += [trial for n in range(FIRST, FIRST + FURTHER) for trial in block(machine, plan, n, rng, truth)]
            told = judged(plan, trials)
        found.append(told)
    return found


on_every_record = pytest.mark.parametrize("name", speed.names())


def test_there_are_records_of_a_quiet_and_of_a_busy_machine() -> None:
    assert {"quiet", "busy"} <= set(speed.names())
    for path in speed.FOLDER.glob("*.npz"):
        assert path.stat().st_size < 150_000


@on_every_record
@pytest.mark.parametrize("effects", EFFECTS)
def test_intervals_hold_the_truth_and_are_not_biased(name: str, effects: str) -> None:
    covered, off = Counter[bool](), []
    for comparisons, _ in contests(name, effects):
        for pair in comparisons:
            true = EFFECTS[effects][pair.runner] - EFFECTS[effects][pair.baseline]
            covered[holds(pair.ratio, math.exp(true))] += 1
            off.append(
                math.log(pair.ratio.value) - true if pair.runner > pair.baseline else true - math.log(pair.ratio.value)
            )
    share = covered[True] / covered.total()
    slack = 3 * math.sqrt(0.05 * 0.95 / CONTESTS / 4)  # pairs of a contest share contestants: they count as four

    assert 0.93 - slack <= share
    assert abs(stats.trimmed_mean(off)) < 0.005


@on_every_record
def test_equals_are_not_called_faster(name: str) -> None:
    false = sum(any(pair.verdict in {"faster", "slower"} for pair in told) for told, _ in contests(name, "equal"))

    assert false / CONTESTS <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / CONTESTS)


@on_every_record
@pytest.mark.parametrize("effects", EFFECTS)
def test_one_that_is_more_than_the_margin_slower_is_hardly_ever_named(name: str, effects: str) -> None:
    truth, best = EFFECTS[effects], max(EFFECTS[effects].values())
    wrong = sum(
        told.use is not None and best - truth[told.use] > math.log1p(0.05) for _, told in contests(name, effects)
    )

    assert wrong / CONTESTS <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / CONTESTS)


def test_on_a_quiet_machine_nearly_every_contest_has_a_decision() -> None:
    for effects in EFFECTS:
        named = sum(told.use is not None for _, told in contests("quiet", effects))
        assert named / CONTESTS >= 0.9
