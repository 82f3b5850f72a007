"""Who gets further blocks, and that looking twice keeps the promise of verdicts and intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import scipy

from bench.judge import allotment, outlook, stats
from bench.judge.outlook import Doubt
from bench.model import Contest, Contestant, Plan, StoredRun, TrialResult
from tests.support import synthetic
from tests.support.synthetic import trial

RUNS = 3000
FIRST, FURTHER = 6, 12


def stored(noise: Mapping[int, float], *, wall_s: float = 1.0, blocks: int = FIRST, **settings: Any) -> StoredRun:
    """A run of one workload with a contest per level: threads seem 10 % faster, give or take that noise per block."""
    levels = sorted(noise)
    made = synthetic.plan(("sync", "threads"), blocks=FIRST, **{"further_blocks": 18, **settings})
    contests = tuple(Contest("work", level, (Contestant("sync"), Contestant("threads")), {}) for level in levels)
    trials = [
        trial(
            runner, block, concurrency=level, noise={**synthetic.QUIET, "wall_s": wall_s},
            rate=1000 * math.exp((runner == "threads") * (0.1 + noise[level] * (-1) ** block)),
        )
        for block in range(blocks)
        for level in levels
        for runner in ("sync", "threads")
    ]  # fmt: skip
    run = synthetic.run(trial, runners=("sync", "threads"))
    return replace(run, plan=Plan(made.settings, made.workloads, contests), trials=tuple(trials))


def test_a_settled_contest_gets_nothing_and_an_open_one_does() -> None:
    stage = allotment.after(stored({1: 0.0, 8: 0.2}), FIRST, 60.0)

    assert stage.blocks.keys() == {("work", 8)}
    assert stage.budget_s == 60.0


def test_a_run_whose_contests_are_settled_is_over() -> None:
    assert not allotment.after(stored({1: 0.0, 8: 0.0}), FIRST, 60.0).blocks


def test_what_is_settled_sooner_comes_first_when_time_is_short() -> None:
    noisy = stored({1: 0.4, 8: 0.15})
    needs = {need.key: need.blocks for need in allotment.needs(noisy)}
    plenty, short = (allotment.after(noisy, FIRST, left_s).blocks for left_s in (200.0, 7.0))

    assert needs["work", 1] > needs["work", 8]
    assert plenty.keys() == needs.keys()
    assert short.keys() == {("work", 8)}


def test_time_that_is_left_over_goes_into_more_blocks_for_all_that_are_open() -> None:
    noisy = stored({1: 0.1, 8: 0.1})
    needs = {need.key: need for need in allotment.needs(noisy)}
    needed_s = sum(need.seconds for need in needs.values())
    longer = allotment.after(noisy, FIRST, needed_s + 5.5 * needs["work", 1].block_s).blocks

    assert sorted(longer[key] - need.blocks for key, need in needs.items()) == [2, 3]
    assert set(allotment.after(noisy, FIRST, 1e6).blocks.values()) == {18}


def beside_the_answer(blocks: int = FIRST, noise: float = 0.15) -> StoredRun:
    """A run in which it is clear that uvloop is fastest, and not how threads and sync compare."""

    def one(runner: str, block: int) -> TrialResult:
        away = {"sync": -1.0, "threads": -0.98 + noise * (-1) ** block, "uvloop": 0.0}
        return trial(runner, block, rate=1000 * math.exp(away[runner]), noise=synthetic.QUIET)

    run = synthetic.run(one, runners=("sync", "threads", "uvloop"), blocks=blocks)
    return replace(run, plan=replace(run.plan, settings=replace(run.plan.settings, blocks=FIRST, further_blocks=18)))


def test_a_pair_beside_the_answer_is_the_last_question_and_one_all_the_same() -> None:
    assert allotment.needs(beside_the_answer(noise=0.0)) == []
    assert [one.question for one in allotment.needs(beside_the_answer())] == [allotment.Question.OTHER_PAIRS]


def test_a_first_block_that_took_longer_for_its_pilots_is_not_what_a_further_one_takes() -> None:
    run = stored({1: 0.1})
    trials = tuple(replace(one, noise={**one.noise, "wall_s": 9.0}) if one.block == 0 else one for one in run.trials)

    assert [need.block_s for need in allotment.needs(replace(run, trials=trials))] == [1.0 + outlook.LAUNCH_S]


def test_nobody_gets_more_time_than_there_is_or_more_blocks_than_the_plan_allows() -> None:
    for left_s in (0.0, 1.0, 5.0, 20.0, 1e6):
        blocks = allotment.after(stored({1: 0.4, 8: 0.2}), FIRST, left_s).blocks
        assert sum(blocks.values()) * (1.0 + outlook.LAUNCH_S) <= left_s
        assert all(allotment.LEAST_BLOCKS <= number <= 18 for number in blocks.values())


def test_what_an_hour_would_not_settle_gets_nothing() -> None:
    assert not allotment.after(stored({1: 0.2}, wall_s=600.0), FIRST, 1e9).blocks


def test_the_question_is_asked_once() -> None:
    """Its second look is its last: what it needs is worked out from the blocks that everyone gets."""
    run = stored({1: 0.2}, blocks=12)

    assert not allotment.after(run, 12, 60.0).blocks
    assert allotment.after(run, FIRST, 60.0) == allotment.after(stored({1: 0.2}), FIRST, 60.0)


def test_a_wanted_precision_lets_those_go_on_that_lack_it() -> None:
    run = stored({1: 0.001, 8: 0.2}, precision=0.05, further_blocks=10)

    assert allotment.after(run, FIRST, 100.0).blocks == {("work", 8): 2}
    assert allotment.after(run, FIRST, 100.0).budget_s == pytest.approx(100.0 * 2 / 10)
    assert not allotment.after(run, 16, 100.0).blocks


def test_the_expected_number_of_blocks_narrows_the_interval_to_what_settles_it() -> None:
    for reach, wanted in ((0.1, 0.05), (0.06, 0.04), (0.2, 0.05)):
        more = allotment.further(FIRST, Doubt("sync", reach, wanted))
        t_now, t_then = (float(scipy.special.stdtrit(n - 1, 0.975)) for n in (FIRST, FIRST + more))

        assert reach * t_then / t_now * math.sqrt(FIRST / (FIRST + more)) <= wanted
    assert allotment.further(FIRST, Doubt("", 0.2, 0.05)) > allotment.further(FIRST, Doubt("", 0.1, 0.05))


def test_a_run_says_where_its_time_went() -> None:
    noisy = {1: 0.0, 8: 0.1}

    assert allotment.ending(stored({1: 0.0})) == "after 6 blocks no contest was left that further ones would settle"
    assert allotment.ending(stored(noisy)) == (
        "1 of 2 contests were settled after 6 blocks; no time was left for work at C = 8"
    )
    assert allotment.ending(stored(noisy, wall_s=3000.0)).endswith("an hour would not settle work at C = 8")
    assert "further blocks settled work at C = 8 (+12)" in allotment.ending(stored(noisy, blocks=18))
    assert allotment.ending(beside_the_answer(18)) == (
        "1 of 1 contests were settled after 6 blocks; further blocks narrowed work at C = 1 (+12)"
    )
    assert allotment.ending(stored(noisy, further_blocks=0)) == ""


@pytest.mark.parametrize(
    "effects",
    [(0.0, 0.0), (0.0, 0.03), (0.0, 0.06), (0.0, 0.1), (0.0, 0.0, 0.0), (0.0, 0.0, 0.3), (0.0, 0.0, 0.06, 0.06, 0.3)],
    ids=str,
)
@pytest.mark.parametrize("noise", [0.02, 0.04, 0.06, 0.15])
def test_two_looks_give_few_false_words_and_keep_the_intervals(effects: tuple[float, ...], noise: float) -> None:
    """Noise is that of one contestant's block, whose truth is its effect; who has an open pair goes on."""
    alpha, confidence = stats.two_looks(len(effects))
    rng = np.random.default_rng([len(effects), int(1000 * noise), int(1000 * sum(effects))])
    values = rng.normal(0, noise, (RUNS, len(effects), FIRST + FURTHER)) + np.array(effects)[:, None]
    pairs = list(combinations(range(len(effects)), 2))
    truth = np.array([effects[b] - effects[a] for a, b in pairs])
    looks = [_judged(values[:, :, :blocks], pairs, alpha, confidence) for blocks in (FIRST, FIRST + FURTHER)]
    stops = np.all(looks[0][2], axis=1, keepdims=True)
    means, reaches, decided, equal = (np.where(stops, *both) for both in zip(*looks, strict=True))

    differs = np.logical_and(decided, np.logical_not(equal))
    false = differs & ((truth == 0) | (np.sign(means) != np.sign(truth)))
    assert false.any(axis=1).mean() <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / RUNS)
    assert (np.abs(means - truth) <= reaches).mean() >= 0.935


def _judged(
    values: np.ndarray, pairs: list[tuple[int, int]], alpha: float, confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean, half-width, whether a verdict is given and whether it is "equivalent", by run and pair."""
    blocks = values.shape[2]
    logs = np.stack([values[:, b] - values[:, a] for a, b in pairs], axis=1)
    means, errors = logs.mean(axis=2), logs.std(axis=2, ddof=1) / math.sqrt(blocks)
    reaches = scipy.special.stdtrit(blocks - 1, (1 + confidence) / 2) * errors
    p = 2 * scipy.special.stdtr(blocks - 1, -np.abs(means / errors))
    order = np.argsort(p, axis=1)
    steps = np.take_along_axis(p, order, axis=1) * (len(pairs) - np.arange(len(pairs)))
    adjusted = np.empty_like(p)
    np.put_along_axis(adjusted, order, np.maximum.accumulate(np.minimum(steps, 1), axis=1), axis=1)
    equal = np.abs(means) + reaches <= math.log1p(0.05)
    return means, reaches, equal | (adjusted < alpha), equal
