"""Use the simplest that is as good as the fastest: the rule by hand, and how often it is wrong by simulation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from bench.judge import decision, pairs, sentences
from bench.judge.analysis import summarise
from bench.model import Comparison, Decision, Estimate, Summary, Verdict
from tests.support import synthetic

MARGIN = 0.05
RUNS = 400


def compared(of: Mapping[tuple[str, str], tuple[float, float, Verdict | None]]) -> list[Comparison]:
    """Pairs from both sides, each given once as value, half-width as a factor, and verdict."""
    found = []
    for (ours, theirs), (value, width, verdict) in of.items():
        for runner, baseline, ratio, said in (
            (ours, theirs, value, verdict),
            (theirs, ours, 1 / value, synthetic.MIRRORED[verdict]),
        ):
            estimate = Estimate(ratio, ratio / width, ratio * width, 6)
            found.append(Comparison("http", 64, runner, baseline, estimate, estimate, 0.01, said))
    return found


def decided(*runners: str, **of: tuple[float, float, Verdict | None]) -> Decision:
    """A decision on pairs that are named ``ours_theirs``."""
    named = {(name.partition("_")[0], name.partition("_")[2]): told for name, told in of.items()}
    return decision.decided("http", 64, runners, compared(named), MARGIN)


def test_the_fastest_is_used_where_all_others_are_slower() -> None:
    found = decided("threads", "uvloop", uvloop_threads=(1.3, 1.05, "faster"))

    assert (found.use, found.good, found.asked) == ("uvloop", ("uvloop",), ("uvloop",))


def test_the_simplest_of_those_that_are_as_fast_is_used() -> None:
    found = decided("asyncio", "threads", threads_asyncio=(0.98, 1.02, "equivalent"))

    assert (found.use, found.good) == ("threads", ("threads", "asyncio"))


def test_one_that_is_a_little_ahead_is_no_reason_for_more_effort() -> None:
    assert decided("sync", "uvloop", uvloop_sync=(1.03, 1.01, "faster")).use == "sync"
    assert decided("sync", "uvloop", uvloop_sync=(1.06, 1.01, "faster")).use == "uvloop"


def test_an_interval_that_leaves_room_for_more_than_the_margin_names_nobody() -> None:
    found = decided("sync", "threads", threads_sync=(1.0, 1.1, "inconclusive"))

    assert (found.use, found.asked) == (None, ("sync", "threads"))


def test_a_leader_is_used_although_it_is_not_shown_to_be_ahead() -> None:
    """Whether it is 1 % behind or 40 % ahead of the other does not change what to use."""
    assert decided("sync", "threads", threads_sync=(1.2, 1.19, "inconclusive")).use == "threads"


def test_one_without_a_verdict_takes_no_part_and_is_named() -> None:
    found = decided(
        "sync", "threads", "uvloop",
        threads_sync=(2.0, 1.05, "faster"), uvloop_sync=(9.0, 1.05, None), uvloop_threads=(4.5, 1.05, None),
    )  # fmt: skip

    assert (found.use, found.withheld) == ("threads", ("uvloop",))


def test_without_any_verdict_there_is_no_decision() -> None:
    found = decided("sync", "threads", threads_sync=(2.0, 1.05, None))

    assert (found.use, found.asked, found.withheld) == (None, (), ("sync", "threads"))


def test_a_pair_without_a_verdict_among_those_that_have_some_is_no_decision() -> None:
    found = decided(
        "sync", "threads", "uvloop",
        threads_sync=(2.0, 1.05, "faster"), uvloop_sync=(9.0, 1.05, "faster"), uvloop_threads=(4.5, 1.05, None),
    )  # fmt: skip

    assert found.use is None


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ({"uvloop_threads": (1.3, 1.05, "faster")}, "use uvloop: 1.30× [1.24, 1.37] threads"),
        ({"uvloop_threads": (1.0, 1.02, "equivalent")}, "use threads, within 2% of uvloop"),
        (
            {"uvloop_threads": (1.2, 1.22, "inconclusive")},
            "use uvloop, at most 2% slower than threads; threads is simpler, and up to 47% slower",
        ),
        (
            {"uvloop_threads": (1.2, 1.19, "inconclusive")},
            "use uvloop, not slower than threads; threads is simpler, and up to 43% slower",
        ),
        (
            {"uvloop_threads": (1.06, 1.02, "faster")},
            "use uvloop: 1.06× [1.04, 1.08] threads; threads is simpler, and up to 9% slower",
        ),
        (
            {
                "uvloop_threads": (1.0, 1.01, "equivalent"),
                "processes_uvloop": (1.0, 1.04, "equivalent"),
                "processes_threads": (1.0, 1.10, "inconclusive"),
            },
            "use uvloop, within 4% of threads and processes; threads is simpler, and up to 10% slower than processes",
        ),
    ],
)
def test_the_sentence_begins_with_what_to_use(of: dict[str, tuple[float, float, Verdict]], said: str) -> None:
    named = {(name.partition("_")[0], name.partition("_")[2]): told for name, told in of.items()}
    comparisons = compared(named)
    runners = tuple(sorted({one for pair in named for one in pair}, key=decision.EFFORT.index))
    found = decision.decided("http", 64, runners, comparisons, MARGIN)
    estimate = Estimate(100.0, 99.0, 101.0, 6)
    stored = synthetic.run(synthetic.trial, runners=runners)
    cases = tuple(
        replace(case, workload="http", concurrency=64, metrics={"throughput_per_s": estimate})
        for case in summarise(stored).cases
    )
    summary = Summary(cases, tuple(comparisons), (), None, None, (found,))

    assert sentences.of_contest(summary, "http", 64) == f"http, 64 workers: {said}"


@pytest.mark.parametrize("noise", [0.01, 0.03, 0.08])
@pytest.mark.parametrize(
    "effects",
    [(0.0, 0.055), (0.0, 0.055, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0, 0.055), (0.0, 0.02, 0.03, 0.06, 0.08)],
    ids=str,
)
def test_it_rarely_names_one_that_is_more_than_the_margin_slower(effects: tuple[float, ...], noise: float) -> None:
    """Truths are logs, the noise is that of one contestant's block, and the order of simplicity goes against them."""
    runners = decision.EFFORT[: len(effects)]
    rng = np.random.default_rng([len(effects), int(1000 * noise), int(1000 * sum(effects))])
    contest = synthetic.plan(runners, twin=False)
    wrong = named = 0
    for _ in range(RUNS):
        logs = {runner: effect + rng.normal(0, noise, 6) for runner, effect in zip(runners, effects, strict=True)}
        trials = {
            (runner, 1): [
                synthetic.of_turns(runner, block, [synthetic.turn(0, 1000 * math.exp(log))])
                for block, log in enumerate(own)
            ]
            for runner, own in logs.items()
        }
        unjudged = pairs.of_workload(contest.contests, {("work", 1): trials}, contest.settings)
        found = decision.decided("work", 1, runners, pairs.judged(unjudged, contest), MARGIN)
        if found.use is not None:
            named += 1
            wrong += max(effects) - effects[runners.index(found.use)] > math.log1p(MARGIN)

    assert wrong / RUNS <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / RUNS)
    if noise == 0.01:
        assert named / RUNS > 0.5, "where the noise is small, most contests have a decision"


def test_nobody_has_to_choose_who_does_nothing_fastest() -> None:
    """Its contest would else be told to use whichever loop is cheapest to measure."""
    for is_floor, contests in ((False, 1), (True, 0)):
        run = synthetic.run(runners=("sync", "threads"), workload=synthetic.spec(is_floor=is_floor))

        assert len(summarise(run).decisions) == contests
