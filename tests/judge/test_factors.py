"""The split of one ratio: planted factors are found, and multiply to the whole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.judge import factors
from bench.judge.factors import Split
from bench.model import Contest, Contestant, Finding, Plan, StoredRun, Summary, TrialResult
from tests.support.synthetic import SETTINGS, spec, trial, turn

LIBRARIES = {"blocking": "urllib3", "coroutine": "aiohttp"}
IDIOMATIC = spec("http", libraries=LIBRARIES, parameters={"client": "idiomatic", "delay_ms": 5})
RAW = spec("http", label="http client=raw", parameters={"client": "raw", "delay_ms": 5})
RATES = {
    "http": {"threads": 1000.0, "asyncio": 2520.0, "uvloop": 3024.0},
    "http client=raw": {"threads": 5000.0, "asyncio": 6000.0, "uvloop": 7200.0},
}
"""Model 1.2, library 2.1, loop 1.2: 3.024 together."""
EMPTY = Summary((), (), (), None, None)


def run(rates: Mapping[str, Mapping[str, float]] = RATES, blocks: int = 8, noise: float = 0.02) -> StoredRun:
    """Every block moves each workload and, a little less, each of its runners."""
    rng = np.random.default_rng(1)
    trials: list[TrialResult] = []
    for block in range(blocks):
        for label, own in rates.items():
            mood = rng.normal(0, 10 * noise)  # of the block: it leaves the ratios of a contest
            for runner, rate in own.items():
                level = rate * math.exp(mood + rng.normal(0, noise))
                turns = [turn(number, level, 8, position=position) for number in range(4) for position in range(2)]
                trials.append(trial(runner, block, workers=8, concurrency=8, workload=label, turns=turns))
    workloads = (IDIOMATIC, RAW)
    contests = tuple(Contest(one.label, 8, tuple(map(Contestant, rates.get(one.label, {}))), {}) for one in workloads)
    return StoredRun(Path(), "r", "", (), Plan(SETTINGS, workloads, contests), {}, "completed", 1.0, "", tuple(trials))


def only(found: list[Split]) -> Split:
    (split,) = found
    return split


def test_factors_multiply_to_the_whole_and_hold_what_was_planted() -> None:
    split = only(factors.of_run(run(), EMPTY))

    planted = {"model": 1.2, "library": 2.1, "loop": 1.2}
    assert [factor.name for factor in split.factors] == list(planted)
    assert math.prod(factor.ratio.value for factor in split.factors) == pytest.approx(split.whole.value, rel=1e-12)
    for factor in split.factors:
        assert factor.ratio.low is not None
        assert factor.ratio.high is not None
        assert factor.ratio.low < planted[factor.name] < factor.ratio.high
        assert factor.verdict == "faster"


def test_without_uvloop_there_are_two_factors() -> None:
    two = {label: {name: own[name] for name in ("threads", "asyncio")} for label, own in RATES.items()}

    split = only(factors.of_run(run(two), EMPTY))

    assert split.runner == "asyncio"
    assert [factor.name for factor in split.factors] == ["model", "library"]
    assert math.prod(factor.ratio.value for factor in split.factors) == pytest.approx(split.whole.value, rel=1e-12)


def test_only_blocks_that_both_clients_have_count() -> None:
    whole = run(blocks=8)
    cut = [one for one in whole.trials if not (one.workload == "http client=raw" and one.block > 5)]

    split = only(factors.of_run(replace(whole, trials=tuple(cut)), EMPTY))

    assert {split.whole.blocks, *(factor.ratio.blocks for factor in split.factors)} == {6}


def test_a_factor_of_one_is_said_to_be_none() -> None:
    alike = {"http": RATES["http"], "http client=raw": {"threads": 5000.0, "asyncio": 5000.0, "uvloop": 7200.0}}

    split = only(factors.of_run(run(alike, noise=0.002), EMPTY))

    assert split.factors[0].verdict == "equivalent"
    assert "model (no difference that matters)" in factors.sentence(split)


def test_few_blocks_give_no_interval_and_no_verdict() -> None:
    split = only(factors.of_run(run(blocks=5), EMPTY))

    assert {factor.verdict for factor in split.factors} == {None}
    assert "(5 blocks, no interval) library" in factors.sentence(split)


def test_what_is_invalid_is_not_judged() -> None:
    void = Finding("unequal-work", "invalid", "", "", (("http client=raw", 8, "asyncio"),))
    other = replace(void, pairs=(frozenset((("http client=raw", 8, "uvloop"), ("http client=raw", 8, "threads"))),))

    withheld = only(factors.of_run(run(), Summary((), (), (void,), None, None)))
    judged = only(factors.of_run(run(), Summary((), (), (other,), None, None)))

    assert {factor.verdict for factor in withheld.factors} == {None}
    assert factors.sentence(withheld).endswith("loop; no verdict (unequal-work)")
    assert {factor.verdict for factor in judged.factors} == {"faster"}  # the pair it speaks of is none of the factors


def test_one_client_alone_is_not_split() -> None:
    assert factors.of_run(run({"http": RATES["http"]}), EMPTY) == []


def test_the_sentence_names_runners_and_libraries() -> None:
    said = factors.sentence(only(factors.of_run(run(noise=0.0), EMPTY)))

    assert said == (
        "http, 8 workers: uvloop with aiohttp over threads with urllib3 is 3.02× [3.02, 3.02] = "
        "1.20× [1.20, 1.20] model × 2.10× [2.10, 2.10] library × 1.20× [1.20, 1.20] loop"
    )
