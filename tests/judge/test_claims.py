"""Verdicts on claims, on runs whose truth is known: each where it should be given, and not where it should not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from bench import histogram
from bench.judge import claims
from bench.judge.claims import Case, Entrant, Question
from bench.model import Absence, Contest, Contestant, Plan, StoredRun, TrialResult
from bench.plan import ledger
from bench.results import claims as kept
from tests.support import synthetic
from tests.support.synthetic import SETTINGS

THREADS, ASYNCIO = (Entrant("nap", 8, runner) for runner in ("threads", "asyncio"))


def run_of(ratio: float, *, noise: float = 0.01, blocks: int = 6, seed: int = 1) -> StoredRun:
    """asyncio has so many times the rate of threads, at 8 and at 64 workers; noise between blocks is theirs alone."""
    drawn = np.random.default_rng(seed)
    contests = tuple(Contest("nap", level, (Contestant("threads"), Contestant("asyncio")), {}) for level in (8, 64))
    trials: list[TrialResult] = []
    for block in range(blocks):
        for contest in contests:
            for runner, factor in (("threads", 1.0), ("asyncio", ratio)):
                rate = 1000.0 * factor * float(np.exp(drawn.normal(0, noise)))
                trials.append(
                    synthetic.trial(
                        runner, block, workload="nap", concurrency=contest.concurrency,
                        turns=[synthetic.turn(number, rate, 1) for number in range(4)],
                    )
                )  # fmt: skip
    settings = replace(SETTINGS, runners=("threads", "asyncio"), baseline="threads", blocks=blocks)
    return synthetic.completed(Plan(settings, (synthetic.spec("nap"),), contests), trials)


def question(low: float, high: float, level: int = 8) -> Question:
    of, over = (replace(side, concurrency=level) for side in (ASYNCIO, THREADS))
    return Question("claim", level, claims.THROUGHPUT, of, over, low, high)


def judged(run: StoredRun, *questions: Question) -> list[Case]:
    return claims.judged(run, questions, {})


@pytest.mark.parametrize(
    ("ratio", "low", "high", "verdict"),
    [
        (3.0, 2, 4, "holds"),
        (1.5, 2, 4, "does not hold"),
        (6.0, 2, 4, "does not hold"),
        (2.0, 2, 4, "undecided"),
        (4.0, 2, 4, "undecided"),
        (0.2, 0, 0.5, "holds"),
        (0.9, 0, 0.5, "does not hold"),
        (1.3, 1.05, math.inf, "holds"),
        (1.0, 1.05, math.inf, "does not hold"),
        (1.0, 0.95, 1.05, "holds"),
    ],
)
def test_a_claim_is_judged_on_where_the_whole_interval_lies(
    ratio: float, low: float, high: float, verdict: str
) -> None:
    (case,) = judged(run_of(ratio), question(low, high))

    assert case.ratio is not None
    assert case.ratio.value == pytest.approx(ratio, rel=0.03)
    assert case.verdict == verdict
    assert claims.verdict([case]) == verdict


def test_a_wide_interval_is_no_verdict() -> None:
    (case,) = judged(run_of(3.0, noise=1.5), question(2, 4))

    assert case.verdict == "undecided"


def test_cases_that_disagree_hold_in_part() -> None:
    run = run_of(3.0)
    slow = tuple(
        replace(trial, turns=tuple(replace(turn, ops=turn.ops / 3) for turn in trial.turns))
        if (trial.concurrency, trial.runner) == (64, "asyncio")
        else trial
        for trial in run.trials
    )
    cases = judged(replace(run, trials=slow), question(2, 4), question(2, 4, level=64))

    assert [case.verdict for case in cases] == ["holds", "does not hold"]
    assert claims.verdict(cases) == "holds in part"


def test_what_was_not_measured_or_is_invalid_says_why() -> None:
    run = run_of(3.0)
    absent = replace(run.plan.contests[0], contestants=(Contestant("threads"),),
                     absent={"asyncio": Absence("unavailable", "no loop here")})  # fmt: skip
    without = replace(
        run, plan=replace(run.plan, contests=(absent,)), trials=tuple(t for t in run.trials if t.runner == "threads")
    )
    cases = judged(without, question(2, 4), question(2, 4, level=64))
    withheld = claims.judged(run, [question(2, 4)], {THREADS: "invalid: errors"})

    assert [case.reason for case in cases] == ["no loop here", "nap at C = 64 on asyncio was not measured"]
    assert claims.verdict(cases) == "cannot be tested here"
    assert (withheld[0].verdict, withheld[0].reason) == (None, "invalid: errors")


def test_ratios_of_contests_pair_the_blocks_they_share() -> None:
    across = Question("claim", 64, claims.THROUGHPUT, Entrant("nap", 64, "asyncio"), Entrant("nap", 8, "threads"), 2, 4)
    (case,) = judged(run_of(3.0), across)

    assert case.ratio is not None
    assert case.ratio.value == pytest.approx(3.0, rel=0.03)
    assert case.ratio.blocks == 6


def test_the_more_is_claimed_the_more_evidence_a_case_needs() -> None:
    run = run_of(1.075, noise=0.014, seed=4)
    (alone,) = judged(run, question(1.05, math.inf))
    among = judged(run, question(1.05, math.inf), *[question(1.0749 + n / 1e5, math.inf) for n in range(40)])[0]

    assert alone.p is not None
    assert among.p is not None
    assert among.p > alone.p


def test_false_verdicts_are_rare_on_a_border() -> None:
    """The truth is a border of what is claimed: any verdict but undecided is an error, of 5 % at most."""
    wrong = sum(
        judged(run_of(2.0, noise=0.03, seed=seed), question(2, 4))[0].verdict != "undecided" for seed in range(300)
    )

    assert wrong <= 300 * 0.05 + 3 * math.sqrt(300 * 0.05 * 0.95)


def test_further_blocks_go_to_what_is_open() -> None:
    run = run_of(3.0)
    run = replace(run, plan=replace(run.plan, settings=replace(run.plan.settings, further_blocks=12)))
    cases = judged(run, question(2, 4), question(3, 5, level=64))

    assert [case.verdict for case in cases] == ["holds", "undecided"]
    assert set(claims.further(run, cases, 1000.0).blocks) == {("nap", 64)}
    assert claims.further(run, cases, 0.001).blocks == {}
    assert claims.further(run, cases[:1], 1000.0).blocks == {}


def test_percentiles_are_of_all_blocks_together() -> None:
    """A block has 300 ops, of which 3 lie beyond the p99; six blocks have 18, which is enough."""
    drawn = np.random.default_rng(5)

    def with_latencies(trial: TrialResult) -> TrialResult:
        slower = 2.0 if trial.runner == "asyncio" else 1.0
        durations_ns = drawn.lognormal(math.log(5e6 * slower), 0.1, 300).astype(np.int64)
        return replace(trial, latency=histogram.count(durations_ns))

    run = run_of(1.0)
    run = replace(run, trials=tuple(map(with_latencies, run.trials)))
    (inside, outside) = judged(
        run, replace(question(1.5, 3), metric="latency_p99_ms"), replace(question(3, 9), metric="latency_p99_ms")
    )

    assert inside.ratio is not None
    assert inside.ratio.value == pytest.approx(2.0, rel=0.1)
    assert (inside.verdict, outside.verdict) == ("holds", "does not hold")


def test_an_undecided_case_tells_how_many_blocks_would_settle_it() -> None:
    far, near = (judged(run_of(ratio, noise=0.06, seed=5), question(2, 4))[0] for ratio in (2.1, 2.03))
    on = judged(run_of(2.0, noise=0.06, seed=5), question(case_value(2.0), 4))[0]

    assert [case.verdict for case in (far, near, on)] == ["undecided"] * 3
    (a, b, c) = (claims.blocks_to_settle(case) for case in (far, near, on))
    assert a is not None
    assert a > 6
    assert b is None or b > a
    assert c is None


def case_value(ratio: float) -> float:
    """What such a run measures."""
    (case,) = judged(run_of(ratio, noise=0.06, seed=5), question(0, math.inf))
    assert case.ratio is not None
    return case.ratio.value


def test_every_metric_of_a_ledger_has_a_name_in_sentences() -> None:
    assert set(kept.METRICS) == set(ledger.METRICS.values())
