"""Latency and memory of pairs: what is told, from which side, and how often the intervals hold the truth."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from bench import histogram
from bench.judge import beside, sentences, stats
from bench.judge.analysis import summarise
from bench.model import Comparison, StoredRun, TrialResult
from tests.support import synthetic
from tests.support.intervals import holds
from tests.support.synthetic import memory, trial

RUNS = 300
BLOCKS, OPS = 6, 3000


def stored(tail: float = 1.0, held_mib: float = 10.0, ops: int = 2000) -> StoredRun:
    """Threads and uvloop, as fast as each other; every fiftieth op of uvloop takes so many times as long."""

    def make(runner: str, block: int) -> TrialResult:
        rng = np.random.default_rng([block, len(runner)])
        durations = rng.normal(1e6, 1e4, ops)
        if runner == "uvloop":
            durations[::50] *= tail
        total_mib = (held_mib if runner == "uvloop" else 10.0) * float(np.exp(rng.normal(0, 0.003)))
        latency = histogram.count(durations.astype(np.int64))
        return trial(runner, block, concurrency=8, workers=8, latency=latency, memory=memory(total_mib))

    return synthetic.run(make, runners=("threads", "uvloop"), concurrency=8)


def pair(run: StoredRun, runner: str, baseline: str) -> Comparison:
    return next(one for one in summarise(run).comparisons if (one.runner, one.baseline) == (runner, baseline))


def test_a_tail_that_is_longer_is_found_and_a_median_that_is_not_is_equivalent() -> None:
    told = pair(stored(tail=3.0), "uvloop", "threads").beside

    assert told["latency_p99_ms"].verdict == "higher"
    assert told["latency_p99_ms"].ratio.value == pytest.approx(3.0, rel=0.03)
    assert told["latency_p50_ms"].verdict == "equivalent"
    assert told["memory_bytes"].verdict == "equivalent"


def test_both_sides_of_a_pair_say_the_same() -> None:
    run = stored(tail=3.0, held_mib=13.0)
    ours, theirs = pair(run, "uvloop", "threads").beside, pair(run, "threads", "uvloop").beside

    for name, other in (("latency_p99_ms", "lower"), ("memory_bytes", "lower"), ("latency_p50_ms", "equivalent")):
        assert theirs[name].verdict == other
        assert theirs[name].ratio == ours[name].ratio.inverse()
        assert theirs[name].p == ours[name].p


def test_a_percentile_with_too_few_ops_beyond_it_is_not_compared() -> None:
    told = pair(stored(ops=20), "uvloop", "threads").beside

    assert "latency_p99_ms" not in told
    assert "latency_p50_ms" in told


def test_what_the_choice_costs_is_told_and_what_costs_nothing_is_not() -> None:
    summary = summarise(stored(held_mib=20.0))
    assert summary.decisions[0].use == "threads"
    assert sentences.price(summary, "work", 8, 0.05) == ""
    turned = replace(summary, decisions=(replace(summary.decisions[0], use="uvloop"),))
    assert sentences.price(turned, "work", 8, 0.05).startswith("its memory is 2.")
    assert sentences.price(turned, "work", 8, 0.05).endswith("that of threads")


def test_no_block_in_common_or_no_memory_read_leaves_nothing_to_tell() -> None:
    assert beside.of_pair([], [], 0.95) == {}
    alone = [replace(trial("sync", block), memory=None) for block in range(6)]
    assert "memory_bytes" not in beside.of_pair(alone, alone, 0.95)


@pytest.mark.parametrize("q", [0.5, 0.99])
@pytest.mark.parametrize("between", [0.0, 0.03])
def test_intervals_of_a_ratio_of_percentiles_cover(q: float, between: float) -> None:
    """Lognormal ops whose scale moves from block to block, on one side by 1.2 more: the truth is 1.2."""
    rng = np.random.default_rng([int(100 * q), int(100 * between)])
    covered, false = 0, 0
    for _ in range(RUNS):
        sides = [
            [
                histogram.count((1e6 * factor * np.exp(rng.normal(rng.normal(0, between), 0.4, OPS))).astype(np.int64))
                for _ in range(BLOCKS)
            ]
            for factor in (1.2, 1.0, 1.0)
        ]
        ratio = stats.percentile_ratio(sides[0], sides[1], q, 0.95)
        null = stats.percentile_ratio(sides[1], sides[2], q, 0.95)
        assert ratio is not None
        assert null is not None
        covered += holds(ratio[0], 1.2)
        assert null[1] is not None
        false += null[1] < 0.05

    assert covered / RUNS >= 0.92
    assert false / RUNS <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / RUNS)
