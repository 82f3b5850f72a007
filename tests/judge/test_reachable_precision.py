"""What stands in the way of narrower intervals: the time of a run on a restless machine, processes on a still one.

The schedule of baef660 - windows of 12 ms, 0.9 s of a block beside its rounds, interquartile means, a variance of each
pair's own - against today's and against one whose blocks cost nothing, in the same 11.5 s per contest of five equals.
A third of the width was the aim, and two fifths of the widest tenth. Windows of 4 ms, the heavier trim and moderated
variances give half of either; blocks that cost nothing would not give a third, though two fifths; and the stiller the
machine, the less there is to gain, since what processes differ in for life (0.4 %) is then all there is. Only more
blocks help against that, and each of them costs time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from bench.judge import passes, stats
from bench.model import Plan, TrialResult
from tests.support import speed, synthetic
from tests.support.simulated import Schedule, block, judged
from tests.support.synthetic import RUNNERS

CONTEST_S, BLOCKS, RUNS = 11.5, 6, 16
STILL = 0.1
"""A machine that strays a tenth as far from its best as the recorded one did."""
EQUALS = dict.fromkeys(RUNNERS, 0.0)


def schedule(window_s: float, lost_s: float, beside_s: float) -> Schedule:
    """As many rounds as there is time for. Args: beside_s: of a block, what is no round."""
    round_s = 2 * len(RUNNERS) * (window_s + lost_s)
    return Schedule(window_s, lost_s, int((CONTEST_S / BLOCKS - beside_s) / round_s))


def by_today(plan: Plan, trials: list[TrialResult]) -> list[float]:
    """Half-widths, in logs, of all pairs."""
    return [math.log((pair.ratio.high or 0.0) / (pair.ratio.low or 1.0)) / 2 for pair in judged(plan, trials)[0]]


def by_baef660(_: Plan, trials: list[TrialResult]) -> list[float]:
    """The same by interquartile means and the variance of each pair alone."""
    rates = {runner: [passes.rates(trial) for trial in trials if trial.runner == runner] for runner in RUNNERS}
    found = []
    for one, other in combinations(RUNNERS, 2):
        logs = [
            stats.trimmed_mean([math.log(ours[name] / theirs[name]) for name in ours], 0.25)
            for ours, theirs in zip(rates[one], rates[other], strict=True)
        ]
        ratio = stats.from_logs(logs)
        found.append(math.log((ratio.high or 0.0) / (ratio.low or 1.0)) / 2)
    return found


WAYS: dict[str, tuple[Schedule, Callable[[Plan, list[TrialResult]], list[float]]]] = {
    "baef660": (schedule(0.012, 0.003, 0.9), by_baef660),
    "today": (schedule(0.004, 0.002, 0.55), by_today),
    "free blocks": (schedule(0.004, 0.002, 0.0), by_today),
}


@cache
def widths(record: str, unrest: float, way: str) -> list[float]:
    """Half-widths of runs and pairs."""
    machine, (how, reaches) = speed.Machine(record, unrest), WAYS[way]
    found: list[float] = []
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        plan = synthetic.plan(RUNNERS, seed=seed, further_blocks=6)
        trials = [trial for n in range(BLOCKS) for trial in block(machine, plan, n, rng, EQUALS, how)]
        found += reaches(plan, trials)
    return found


def width(record: str, unrest: float, way: str, q: float = 0.5) -> float:
    return float(np.quantile(widths(record, unrest, way), q))


def against_baef660(record: str, unrest: float, way: str, q: float = 0.5) -> float:
    return width(record, unrest, way, q) / width(record, unrest, "baef660", q)


@pytest.mark.parametrize("record", speed.names())
def test_of_the_same_time_intervals_come_out_half_as_wide(record: str) -> None:
    assert against_baef660(record, 1.0, "today") < 0.65


def test_a_third_is_not_to_be_had_even_where_blocks_cost_nothing() -> None:
    assert 1 / 3 < against_baef660("quiet", 1.0, "free blocks") < against_baef660("quiet", 1.0, "today")


@pytest.mark.parametrize("record", speed.names())
def test_two_fifths_of_the_widest_tenth_are_beyond_todays_blocks_and_not_beyond_cheaper_ones(record: str) -> None:
    assert 0.4 < against_baef660(record, 1.0, "today", 0.9) < 0.65
    assert against_baef660(record, 1.0, "free blocks", 0.9) < 0.4


@pytest.mark.parametrize("record", speed.names())
def test_the_stiller_the_machine_the_less_there_is_to_gain(record: str) -> None:
    """Everything that time can buy is a tenth; what is left is how processes differ."""
    assert against_baef660(record, STILL, "free blocks") > 0.5
    assert width(record, STILL, "free blocks") > 0.85 * width(record, STILL, "today")


NEAR = {
    "equal": EQUALS,
    "near": dict(zip(RUNNERS, (0.0, 0.02, 0.03, 0.06, 0.08), strict=True)),
    "one ahead": {**EQUALS, "uvloop": math.log(1.2)},
}


def decided(record: str, rounds: int) -> float:
    """Share of the pairs of contests near the margin that six blocks of so many rounds give a verdict."""
    machine, verdicts = speed.Machine(record), []
    for truth in NEAR.values():
        for seed in range(12):
            rng = np.random.default_rng([seed, rounds])
            plan = synthetic.plan(RUNNERS, seed=seed, further_blocks=6)
            trials = [
                trial for n in range(BLOCKS) for trial in block(machine, plan, n, rng, truth, Schedule(rounds=rounds))
            ]
            verdicts += [pair.verdict in {"faster", "slower", "equivalent"} for pair in judged(plan, trials)[0]]
    return float(np.mean(verdicts))


def test_beside_a_busy_program_the_passes_decide_and_there_is_time_for_few() -> None:
    """A default run on two CPUs, one of them taken, has three to five passes a block, where 28 are 14 rounds."""
    few, many = decided("busy", 2), decided("busy", 14)

    assert few < 0.2
    assert many > 0.5
