"""Do the estimators and the verdicts keep their promises in the long run? Seeded simulations whose truth is known.

The functions under test are the real ones; only what a machine would give them is made up here. Every generator is
seeded, so a failure is a change of the code and not bad luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pytest
import scipy.signal
import scipy.stats
from hypothesis import example, given
from hypothesis import strategies as st

from bench import histogram
from bench.judge import analysis, findings, stats
from bench.judge.analysis import pass_rates
from bench.judge.stats import from_logs, p_value, paired_log_ratio
from bench.model import Comparison, Contestant, Plan, Summary, TrialResult, TurnResult, Verdict
from bench.plan import matrix
from tests.support import synthetic

Floats = npt.NDArray[np.float64]

MS = 1_000_000


def summary_of(made: Plan, trials: Iterable[TrialResult]) -> Summary:
    return analysis.summarise(synthetic.stored(made, trials))


# A machine whose speed moves -------------------------------------------------------------------------------------

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
RUNNERS = ("sync", "threads", "processes", "asyncio", "uvloop")
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
    return summary_of(
        made, [synthetic.of_turns(runner, block, mine, WORKLOAD.label) for (block, runner), mine in turns.items()]
    )


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
    return summary_of(made, trials)


def one_way(summary: Summary) -> list[Comparison]:
    """Every pair once."""
    return [pair for pair in summary.comparisons if RUNNERS.index(pair.runner) > RUNNERS.index(pair.baseline)]


def leaves_one_out(pair: Comparison) -> bool:
    assert pair.ratio.low is not None
    assert pair.ratio.high is not None
    return not pair.ratio.low <= 1 <= pair.ratio.high


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
    return float(np.mean([leaves_one_out(pair) for pairs in runs for pair in pairs]))


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


# Coverage of the interval of a ratio -----------------------------------------------------------------------------

Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.normal(0.0, 1.0, shape)


def heavy(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.standard_t(3.5, shape)


def bimodal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """A fast and a slow mode, the slow one rarer and 3 away; centred."""
    return 3.0 * ((rng.random(shape) < 0.3) - 0.3) + rng.normal(0.0, 0.3, shape)


class TestCoverage:
    """Two contestants whose true ratio is 1.1: every round and every launch of either is disturbed."""

    TRUE, ROUNDS, RUNS = 1.1, 8, 2_500

    @pytest.mark.parametrize("blocks", [6, 10, 20])
    @pytest.mark.parametrize("disturbance", [normal, heavy, bimodal])
    def test_95_percent_intervals_hold_the_true_ratio_93_to_97_times_in_100(
        self, disturbance: Draw, blocks: int
    ) -> None:
        rng = np.random.default_rng([blocks, len(disturbance.__name__)])
        rounds = 0.08 * disturbance(rng, (self.RUNS, blocks, 2, self.ROUNDS))
        launches = 0.03 * disturbance(rng, (self.RUNS, blocks, 2, 1))
        machine = 0.2 * normal(rng, (self.RUNS, blocks, 1, self.ROUNDS))  # hits both sides of a round alike
        rates = 1_000.0 * np.exp(rounds + launches + machine)
        rates[:, :, 0] *= self.TRUE

        hits = sum(self._holds_the_truth(run) for run in rates)

        assert 0.93 <= hits / self.RUNS <= 0.97

    def _holds_the_truth(self, rates: Floats) -> bool:
        logs = [paired_log_ratio(dict(enumerate(ours)), dict(enumerate(theirs))) for ours, theirs in rates.tolist()]
        estimate = from_logs([log for log in logs if log is not None])
        assert estimate.low is not None
        assert estimate.high is not None
        return estimate.low <= self.TRUE <= estimate.high


# Drift -----------------------------------------------------------------------------------------------------------


class TestDrift:
    """The machine gets 10 % faster over a block, in a straight line; all contestants are the same."""

    @staticmethod
    def _worst_bias(turns: Sequence[tuple[int, Contestant]]) -> float:
        """The largest deviation of any pair's ratio from 1, given (round, contestant) of every turn of a block."""
        taken: dict[str, list[TurnResult]] = {runner: [] for runner in RUNNERS}
        for at, (number, who) in enumerate(turns):
            taken[who.runner].append(synthetic.turn(number, 1.0 + 0.1 * at / (len(turns) - 1), position=at))
        rates = {runner: pass_rates(synthetic.of_turns(runner, 0, mine)) for runner, mine in taken.items()}
        logs = [paired_log_ratio(rates[ours], rates[theirs]) for ours in RUNNERS for theirs in RUNNERS]
        return max(abs(math.exp(log) - 1) for log in logs if log is not None)

    @pytest.mark.parametrize("rounds", [1, 2, 8])
    def test_it_biases_no_ratio_by_more_than_1_percent(self, rounds: int) -> None:
        made = synthetic.plan(RUNNERS, seed=5)
        for block in range(20):
            turns = [
                (number, who)
                for number in range(rounds)
                for who in matrix.round_order(made, made.contests[0], block, number)
            ]

            assert self._worst_bias(turns) < 0.01

    def test_a_shuffled_order_without_its_mirror_would_bias_one_by_more(self) -> None:
        made = synthetic.plan(RUNNERS, seed=5)
        for block in range(20):
            order = matrix.round_order(made, made.contests[0], block, 0)[: len(RUNNERS)]

            assert self._worst_bias([(0, who) for who in order]) > 0.05

    def test_all_turns_of_one_and_then_of_the_next_would_bias_one_by_more(self) -> None:
        turns = [(n // 2, Contestant(runner)) for runner in RUNNERS for n in range(16)]

        assert self._worst_bias(turns) > 0.05


# Antisymmetry ----------------------------------------------------------------------------------------------------

SWAPPED: dict[Verdict | None, Verdict | None] = {
    "faster": "slower", "slower": "faster", "equivalent": "equivalent", "inconclusive": "inconclusive", None: None,
}  # fmt: skip

Rates = list[list[float]]
"""Rates of one contestant: block by block, round by round."""


@st.composite
def two_contestants(draw: st.DrawFn) -> tuple[Rates, Rates]:
    blocks, rounds = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    rates = st.lists(st.lists(st.floats(0.1, 1e7), min_size=rounds, max_size=rounds), min_size=blocks, max_size=blocks)
    close = draw(st.booleans())  # near each other, so that all four verdicts come up
    ours = draw(rates)
    if not close:
        return ours, draw(rates)
    factor = draw(st.floats(0.8, 1.25))
    jitter = draw(st.lists(st.floats(0.97, 1.03), min_size=blocks, max_size=blocks))
    return ours, [[factor * wobble * rate for rate in block] for wobble, block in zip(jitter, ours, strict=True)]


def compared(sync: Rates, threads: Rates) -> dict[str, Comparison]:
    """The pair in both directions, by the runner that stands above the line."""
    trials = [
        synthetic.of_turns(runner, block, [synthetic.turn(number, rate) for number, rate in enumerate(rates[block])])
        for block in range(len(sync))
        for runner, rates in (("sync", sync), ("threads", threads))
    ]
    made = synthetic.plan(("sync", "threads"), blocks=len(sync))
    return {pair.runner: pair for pair in summary_of(made, trials).comparisons}


def mirrored(one: Comparison, other: Comparison) -> None:
    """Assert that two comparisons say the same, seen from either side."""
    for ours, theirs in ((one.ratio, other.ratio), (one.mean_ratio, other.mean_ratio)):
        assert ours.value * theirs.value == pytest.approx(1.0)
        assert ours.blocks == theirs.blocks
        assert (ours.low is None) == (ours.high is None) == (theirs.low is None) == (theirs.high is None)
        if ours.low and ours.high and theirs.low and theirs.high:
            assert ours.low * theirs.high == pytest.approx(1.0)
            assert ours.high * theirs.low == pytest.approx(1.0)
    assert (one.p is None) == (other.p is None)
    if one.p is not None:
        assert one.p == pytest.approx(other.p, rel=1e-6, abs=1e-12)
    assert one.verdict == SWAPPED[other.verdict]


def constant(rate: float) -> Rates:
    return [[rate] * 3] * 6


class TestAntisymmetry:
    @given(two_contestants())
    @example((constant(100.0), constant(105.0)))  # on the margin to the last digit
    @example((constant(900.0), constant(945.0)))
    @example((constant(7.0), constant(7.0)))
    def test_one_run_says_the_same_of_a_pair_from_either_side(self, rates: tuple[Rates, Rates]) -> None:
        pairs = compared(*rates)

        assert pairs.keys() == {"sync", "threads"}
        mirrored(pairs["sync"], pairs["threads"])

    @given(two_contestants())
    @example((constant(100.0), constant(105.0)))
    @example((constant(900.0), constant(945.0)))
    def test_swapping_the_contestants_swaps_the_verdict_and_nothing_else(self, rates: tuple[Rates, Rates]) -> None:
        sync, threads = rates

        mirrored(compared(sync, threads)["threads"], compared(threads, sync)["threads"])

    @given(two_contestants(), st.sampled_from([0.25, 4.0, 1024.0]))
    def test_a_machine_that_is_so_many_times_as_fast_gives_the_same_ratio(
        self, rates: tuple[Rates, Rates], factor: float
    ) -> None:
        sync, threads = rates

        slow = compared(sync, threads)["threads"]
        fast = compared(*([[factor * rate for rate in block] for block in side] for side in (sync, threads)))["threads"]

        assert fast.ratio.value == pytest.approx(slow.ratio.value)
        assert fast.ratio.low == pytest.approx(slow.ratio.low)
        assert fast.ratio.high == pytest.approx(slow.ratio.high)
        assert fast.verdict == slow.verdict

    @given(two_contestants())
    def test_a_verdict_is_given_from_6_blocks_on(self, rates: tuple[Rates, Rates]) -> None:
        pair = compared(*rates)["threads"]

        assert (pair.verdict is not None) == (len(rates[0]) >= 6)

    @given(two_contestants())
    def test_the_loser_is_never_called_faster(self, rates: tuple[Rates, Rates]) -> None:
        pair = compared(*rates)["threads"]

        assert pair.verdict != ("slower" if pair.ratio.value > 1 else "faster")


# Percentiles -----------------------------------------------------------------------------------------------------


class TestPercentiles:
    """Lognormal latencies of a millisecond; every launch shifts all of its own by a few percent."""

    SIGMA, OPS, RUNS = 0.5, 600, 400

    def _blocks(self, rng: np.random.Generator, blocks: int, launch_sigma: float) -> list[histogram.Histogram]:
        shifts = rng.normal(0.0, launch_sigma, (blocks, 1))
        latencies = MS * np.exp(shifts + rng.normal(0.0, self.SIGMA, (blocks, self.OPS)))
        return [histogram.count(block) for block in latencies.astype(np.int64)]

    def _true_s(self, q: float, launch_sigma: float) -> float:
        return 1e-3 * math.exp(scipy.stats.norm.ppf(q) * math.hypot(self.SIGMA, launch_sigma))

    @pytest.mark.parametrize("blocks", [6, 10, 20])
    @pytest.mark.parametrize("q", [0.5, 0.99])
    @pytest.mark.parametrize("launch_sigma", [0.03, 0.15])
    def test_their_intervals_hold_the_true_one_at_least_90_times_in_100(
        self, launch_sigma: float, q: float, blocks: int
    ) -> None:
        rng = np.random.default_rng([blocks, int(100 * q), int(100 * launch_sigma)])
        hits = 0
        for _ in range(self.RUNS):
            estimate = stats.percentile(self._blocks(rng, blocks, launch_sigma), q)
            assert estimate is not None
            assert estimate.low is not None
            assert estimate.high is not None
            hits += estimate.low <= self._true_s(q, launch_sigma) <= estimate.high

        assert hits / self.RUNS >= 0.90

    @pytest.mark.parametrize("blocks", [6, 10, 20])
    def test_so_do_those_of_a_median_whose_latencies_are_as_narrow_as_a_timers(
        self, blocks: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(self, "SIGMA", 0.1)
        rng = np.random.default_rng([blocks, 1])
        hits = 0
        for _ in range(self.RUNS):
            estimate = stats.percentile(self._blocks(rng, blocks, 0.01), 0.5)
            assert estimate is not None
            assert estimate.low is not None
            assert estimate.high is not None
            hits += estimate.low <= self._true_s(0.5, 0.01) <= estimate.high

        assert hits / self.RUNS >= 0.90

    def test_pooling_ops_as_if_independent_would_hold_it_less_than_half_the_time(self) -> None:
        rng = np.random.default_rng(50)
        hits = 0
        for _ in range(self.RUNS):
            pooled = histogram.merge(self._blocks(rng, 6, 0.15))
            half = 1.96 * math.sqrt(0.25 / (6 * self.OPS))  # the binomial interval of a median
            low, high = (histogram.quantile_ns(pooled, 0.5 + sign * half) / 1e9 for sign in (-1, 1))
            hits += low <= self._true_s(0.5, 0.15) <= high

        assert hits / self.RUNS < 0.5

    @pytest.mark.parametrize("q", [0.5, 0.9, 0.99])
    def test_their_value_is_within_1_percent_of_the_exact_one_of_all_ops(self, q: float) -> None:
        latencies = (MS * np.random.default_rng(51).lognormal(0.0, 1.0, (6, 5_000))).astype(np.int64)

        estimate = stats.percentile([histogram.count(block) for block in latencies], q)

        assert estimate is not None
        assert estimate.value == pytest.approx(float(np.quantile(latencies, q, method="inverted_cdf")) / 1e9, rel=0.01)
