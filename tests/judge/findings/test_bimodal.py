"""When ``bimodal`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

import numpy as np
import pytest

from bench.judge.findings import bimodal
from bench.judge.findings.bimodal import split
from bench.model import TrialResult, TurnResult
from tests.support.findings import Make, blamed, evidence, ids, only
from tests.support.synthetic import run, trial, turn

FIVE = ("sync", "threads", "processes", "asyncio", "uvloop")


def alternating(block: int, *, cpus: bool = False) -> list[TurnResult]:
    order = np.random.default_rng(block).permutation(8)
    return [turn(n, rate=1000 * (1.3 if order[n] % 2 else 1), cpu=int(order[n] % 2) if cpus else 0) for n in range(8)]


def test_two_speeds_with_nothing_between_are_bimodal() -> None:
    two = run(only("threads", lambda r, b: trial(r, b, turns=alternating(b))))

    assert "bimodal" in ids(two)
    assert blamed(two, "bimodal") == {"threads"}
    assert split(np.random.default_rng(1).normal(0, 1, 2000))[0] == pytest.approx(2 / np.pi, abs=0.03)
    assert split(np.array([0.0, 0.0, 1.0, 1.0])) == (1.0, 1.0, 0.5)


def test_where_the_many_have_two_speeds_the_few_are_not_blamed() -> None:
    """They have them in the same rounds, so that their median has them too."""
    two: Make = lambda r, b: trial(r, b, turns=alternating(b)) if r in FIVE[:3] else trial(r, b)  # noqa: E731

    assert blamed(run(two, runners=FIVE), "bimodal") == set(FIVE[:3])


def test_a_machine_or_a_cpu_of_two_speeds_is_no_runners() -> None:
    machine = run(lambda r, b: trial(r, b, turns=alternating(b)))
    slow_cpu = run(only("threads", lambda r, b: trial(r, b, turns=alternating(b, cpus=True))))

    assert "bimodal" not in ids(machine)
    assert "bimodal" not in ids(slow_cpu)


@pytest.mark.parametrize("rounds", [8, 24])
def test_fewer_than_one_noisy_contest_in_100_is_named(rounds: int) -> None:
    """Turns of runners that wobble by themselves, on a machine with slow phases that all of a round meet."""

    def noisy(seed: int) -> Make:
        def make(runner: str, block: int) -> TrialResult:
            shared = np.random.default_rng([seed, block])
            slow = np.where(shared.random(rounds) < 0.3, 0.55, 1.0)
            own = np.random.default_rng([seed, block, *map(ord, runner)])
            rates = 1000 * slow * np.exp(own.normal(0, 0.08, rounds))
            return trial(runner, block, turns=[turn(n, rate=float(rate)) for n, rate in enumerate(rates)])

        return make

    named = sum(any(bimodal.find(evidence(run(noisy(seed), runners=FIVE)))) for seed in range(100))

    assert named == 0
