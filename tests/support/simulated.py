"""Contests on a recorded speed: the order of turns and the verdicts are the real ones, what an op costs is made up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bench.judge import decision, pairs
from bench.model import Comparison, Decision, Plan, TrialResult
from bench.plan import matrix
from tests.support import synthetic
from tests.support.speed import Machine
from tests.support.synthetic import RUNNERS


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a block spends its time.

    lost_s: of a turn, what is no window: ramp, drain and handing over. process_noise: standard deviation, in logs, of
    what a process is faster or slower for life.
    """

    window_s: float = 0.004
    lost_s: float = 0.002
    rounds: int = 14
    process_noise: float = 0.004


def block(
    machine: Machine, plan: Plan, number: int, rng: np.random.Generator, effects: Mapping[str, float], how: Schedule
) -> list[TrialResult]:
    """One block at a random place of the record. Args: effects: log of how fast each runner is."""
    contest, window_s = plan.contests[0], how.window_s
    order = [who.runner for n in range(how.rounds) for who in matrix.round_order(plan, contest, number, n)]
    opens_s = rng.uniform(0, machine.lasts_s) + np.arange(len(order), dtype=np.float64) * (window_s + how.lost_s)
    units = machine.done(opens_s + window_s) - machine.done(opens_s)
    factors = {who: math.exp(effects[who] + rng.normal(0, how.process_noise)) for who in RUNNERS}
    per_round = 2 * len(RUNNERS)
    return [
        synthetic.of_turns(runner, number, [
            synthetic.turn(i // per_round, units[i] * factors[runner] / window_s, position=i % per_round)
            for i, who in enumerate(order) if who == runner
        ])
        for runner in RUNNERS
    ]  # fmt: skip


def judged(plan: Plan, trials: list[TrialResult]) -> tuple[list[Comparison], Decision]:
    """The real verdicts on these trials."""
    by_runner = {(runner, 1): [trial for trial in trials if trial.runner == runner] for runner in RUNNERS}
    unjudged = pairs.of_workload(plan.contests, {plan.contests[0].key: by_runner}, plan.settings)
    found = pairs.judged(unjudged, plan)
    return found, decision.decided(*plan.contests[0].key, RUNNERS, found, plan.settings.margin)
