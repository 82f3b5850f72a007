"""Does a run that compares equals call one of them faster? Seeded simulations of a machine whose speed moves.

The functions under test are the real ones; only what a machine would give them is made up here. Every generator is
seeded, so a failure is a change of the code and not bad luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import scipy.signal
import scipy.stats

from bench.judge import analysis, findings
from bench.judge.stats import p_value, paired_log_ratio
from bench.model import Comparison, Plan, Summary, TurnResult
from bench.plan import matrix
from tests.support import synthetic
from tests.support.intervals import holds
from tests.support.synthetic import RUNNERS

Floats = npt.NDArray[np.float64]

SLICE_S = 0.01
SLOW_SHARE, SLOW_SPEED = 0.15, 0.55
_DIP_S, _WANDER_S = 0.2, 20.0  # correlation times of the slow stretches, and of what moves the speed for seconds
_DIP_WEIGHT, _WANDER_WEIGHT = 0.55, 0.38  # shares of the variance; the rest has no memory


def log_speeds(rng: np.random.Generator, runs: int, slices: int) -> Floats:
    """Log speed of a shared machine in slices of 10 ms, one row per run.

    A sum of three processes: stretches at 55 % speed that come and go at random (Markov, 15 % of the time, 0.24 s
    long on average), an Ornstein-Uhlenbeck process of 20 s, and noise without memory. Their weights are fitted to the
    correlations measured on a real machine.
    """
    variance = SLOW_SHARE * (1 - SLOW_SHARE) * math.log(SLOW_SPEED) ** 2 / _DIP_WEIGHT
    slow = np.empty((runs, slices), dtype=np.bool_)
    state = rng.random(runs) < SLOW_SHARE
    change = 1 - math.exp(-SLICE_S / _DIP_S)
    leave, enter = change * (1 - SLOW_SHARE), change * SLOW_SHARE
    chance = rng.random((slices, runs))
    for i in range(slices):
        slow[:, i] = state
        state = np.where(state, chance[i] >= leave, chance[i] < enter)
    keep = math.exp(-SLICE_S / _WANDER_S)
    shocks = rng.normal(size=(runs, slices))
    shocks[:, 1:] *= math.sqrt(1 - keep**2)
    wander = scipy.signal.lfilter([1.0], [1.0, -keep], shocks, axis=1) * math.sqrt(_WANDER_WEIGHT * variance)
    noise = rng.normal(size=(runs, slices)) * math.sqrt((1 - _DIP_WEIGHT - _WANDER_WEIGHT) * variance)
    return np.asarray(np.where(slow, math.log(SLOW_SPEED), 0.0) + wander + noise)


WORKLOAD = synthetic.spec("made-up")  # its name is part of what the order of turns is drawn from
BLOCKS, ROUNDS = 6, 6
TURN_SLICES, WINDOW_SLICES = 3, 2  # 20 ms of window; ramp, drain and arithmetic take the rest
BLOCK_SLICES = 1_000  # a block every 10 s: the other contests are measured in between
LAUNCH_SD = 0.01  # what layout and hash seed do to a process for its life
RUNS = 400


def measured(speeds: Floats, at_slice: int) -> float:
    """Rate of a turn that opens at this slice."""
    return 1_000.0 * float(np.exp(speeds[at_slice : at_slice + WINDOW_SLICES]).mean())


def in_turns(made: Plan, speeds: Floats, launch: Floats) -> Summary:
    """A run as the harness makes it: in every block, rounds of shuffled turns and their mirror."""
    (contest,) = made.contests
    turns: dict[tuple[int, str], list[TurnResult]] = {}
    for block in range(BLOCKS):
        at_slice = block * BLOCK_SLICES
        for number in range(ROUNDS):
            for position, who in enumerate(matrix.round_order(made, contest, block, number)):
                rate = measured(speeds, at_slice) * launch[block, RUNNERS.index(who.runner)]
                turns.setdefault((block, who.runner), []).append(synthetic.turn(number, rate, position=position))
                at_slice += TURN_SLICES
    trials = [synthetic.of_turns(runner, block, mine, WORKLOAD.label) for (block, runner), mine in turns.items()]
    return analysis.summarise(synthetic.completed(made, trials))


def one_after_the_other(made: Plan, speeds: Floats, launch: Floats) -> Summary:
    """The same number of turns and launches in the same time, but first all of one runner, then all of the next."""
    trials = []
    launch_slices = BLOCKS * BLOCK_SLICES // (BLOCKS * len(RUNNERS))
    for i, runner in enumerate(RUNNERS):
        for block in range(BLOCKS):
            at_slice = (i * BLOCKS + block) * launch_slices
            rates = [measured(speeds, at_slice + n * TURN_SLICES) * launch[block, i] for n in range(2 * ROUNDS)]
            turns = [synthetic.turn(n // 2, rate, position=n) for n, rate in enumerate(rates)]
            trials.append(synthetic.of_turns(runner, block, turns, WORKLOAD.label))
    return analysis.summarise(synthetic.completed(made, trials))


def one_way(summary: Summary) -> list[Comparison]:
    """Every pair once."""
    return [pair for pair in summary.comparisons if RUNNERS.index(pair.runner) > RUNNERS.index(pair.baseline)]


@pytest.fixture(scope="module")
def noise() -> tuple[Floats, Floats]:
    """Speeds of as many runs as are simulated, and what each launch does to its process."""
    rng = np.random.default_rng(20)
    speeds = log_speeds(rng, RUNS, BLOCKS * BLOCK_SLICES)
    return speeds, np.exp(rng.normal(0.0, LAUNCH_SD, (RUNS, BLOCKS, len(RUNNERS))))


def simulated(way: Callable[[Plan, Floats, Floats], Summary], noise: tuple[Floats, Floats]) -> list[list[Comparison]]:
    """Pairs of every run. The margin is nothing, so that no false alarm hides behind `equivalent`."""
    return [
        one_way(way(synthetic.plan(RUNNERS, workload=WORKLOAD, seed=i, margin=0.0), speeds, launch))
        for i, (speeds, launch) in enumerate(zip(*noise, strict=True))
    ]


def share_of_runs_with_a_false_alarm(runs: list[list[Comparison]]) -> float:
    return float(np.mean([any(pair.verdict in {"faster", "slower"} for pair in pairs) for pairs in runs]))


def share_of_intervals_without_one(runs: list[list[Comparison]]) -> float:
    return float(np.mean([not holds(pair.ratio, 1.0) for pairs in runs for pair in pairs]))


class TestFalseAlarms:
    """Five contestants that are all the same."""

    @pytest.fixture(autouse=True)
    def _every_verdict(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Findings can only take verdicts back; without them every alarm counts."""
        monkeypatch.setattr(findings, "find", lambda *_: [])

    def test_the_machine_of_the_model_moves_like_the_one_that_was_measured(self) -> None:
        speeds = log_speeds(np.random.default_rng(1), 300, 3_000)
        centred = speeds - speeds.mean()

        def correlation(apart_s: float) -> float:
            lag = round(apart_s / SLICE_S)
            return float((centred[:, lag:] * centred[:, :-lag]).mean() / (centred**2).mean())

        assert correlation(0.02) == pytest.approx(0.89, abs=0.03)
        assert correlation(0.2) == pytest.approx(0.58, abs=0.03)
        assert correlation(2.0) == pytest.approx(0.35, abs=0.03)

    def test_turns_raise_a_false_alarm_in_at_most_one_table_in_twenty(self, noise: tuple[Floats, Floats]) -> None:
        runs = simulated(in_turns, noise)

        assert all(len(pairs) == 10 and all(pair.verdict for pair in pairs) for pairs in runs)
        assert share_of_runs_with_a_false_alarm(runs) <= 0.05
        assert share_of_intervals_without_one(runs) <= 0.05

    def test_on_the_same_machine_one_after_the_other_would_raise_them_in_every_fifth(
        self, noise: tuple[Floats, Floats]
    ) -> None:
        speeds, launches = noise
        runs = simulated(one_after_the_other, (speeds[:150], launches[:150]))

        assert all(pair.verdict for pairs in runs for pair in pairs)
        assert share_of_runs_with_a_false_alarm(runs) > 0.2
        assert share_of_intervals_without_one(runs) > 0.15

    def test_launches_that_differ_raise_no_more_since_the_block_is_the_unit(self) -> None:
        rng = np.random.default_rng(3)
        blocks = [rng.normal(0.0, 0.05, 6) for _ in range(2_000)]  # every round of a block repeats its launch's offset

        def alarms(logs_of: Callable[[Floats], list[float]]) -> float:
            ps = [p_value(logs_of(offsets)) for offsets in blocks]
            return float(np.mean([p is not None and p < 0.05 for p in ps]))

        def per_block(offsets: Floats) -> list[float]:
            ratios = [
                paired_log_ratio(dict.fromkeys(range(15), math.exp(offset)), dict.fromkeys(range(15), 1.0))
                for offset in offsets
            ]
            return [ratio for ratio in ratios if ratio is not None]

        assert alarms(per_block) == pytest.approx(0.05, abs=0.02)
        assert alarms(lambda offsets: np.repeat(offsets, 15).tolist()) > 0.5  # rounds pooled as if independent
