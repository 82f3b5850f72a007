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

from bench.judge import stats
from bench.model import Comparison, Decision
from tests.support import speed, synthetic
from tests.support.intervals import holds
from tests.support.simulated import Schedule, block, judged
from tests.support.synthetic import RUNNERS

AS_A_RUN = Schedule()  # 0.8 s of turns per block, as the default run has
FIRST, FURTHER = 6, 6
CONTESTS = 60
EFFECTS = {
    "equal": dict.fromkeys(RUNNERS, 0.0),
    "one ahead": {**dict.fromkeys(RUNNERS, 0.0), "uvloop": math.log(1.2)},
    "near": dict(zip(RUNNERS, (0.0, 0.02, 0.03, 0.06, 0.08), strict=True)),
}


@cache
def contests(name: str, effects: str) -> list[tuple[list[Comparison], Decision]]:
    """So many contests as a default run holds them: six blocks, and six more where they leave the question open."""
    machine, truth, found = speed.Machine(name), EFFECTS[effects], []
    for number in range(CONTESTS):
        rng = np.random.default_rng([number, len(name), len(effects)])
        plan = synthetic.plan(RUNNERS, seed=number, further_blocks=FURTHER)
        trials = [trial for n in range(FIRST) for trial in block(machine, plan, n, rng, truth, AS_A_RUN)]
        told = judged(plan, trials)
        if told[1].use is None:
            trials += [
                trial for n in range(FIRST, FIRST + FURTHER) for trial in block(machine, plan, n, rng, truth, AS_A_RUN)
            ]
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
