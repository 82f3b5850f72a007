"""The harness's own hot paths, timed by pytest-benchmark: `make overhead`. Skipped in the ordinary test run.

Every number has a unit in ``extra_info``, and what it is to be held against where there is something.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench import histogram
from bench.judge.analysis import summarise
from bench.measure.tally import tally
from bench.process.launch import executed
from bench.process.reaper import Reaper
from bench.results import store
from bench.trial import runners
from bench.trial.runners import RunnerInfo
from bench.trial.turn import TIMED, Turn
from tests.support import runs
from tests.support.bare_loops import MODELS, pair, paired_ratios
from tests.support.contestants import loaded
from tests.support.synthetic import RUNNERS
from tests.support.timelines import back_to_back
from tests.support.workloads import spec_of

WORKLOADS = ("noop", "nap", "sums", "files", "pages")
LATENCIES = 10_000_000
TRIALS = 10_000
MANY = 10
"""Batches in one timed call: reaching a thread or an event loop costs tens of microseconds, and is not the loop's."""


T = TypeVar("T")


def _timed(benchmark: Any, rounds: int, act: Callable[..., T], *arguments: object) -> tuple[T, float]:
    """Time some rounds after one in twenty that is not counted; the last result, and the median in seconds."""
    result: T = benchmark.pedantic(act, arguments, rounds=rounds, warmup_rounds=rounds // 20)
    return result, benchmark.stats.stats.median


@pytest.mark.parametrize(
    ("loop", "checked"),
    [("untimed", False), ("bare", False), ("ours", False), ("bare", True), ("ours", True)],
    ids=["untimed", "bare", "ours", "bare-checked", "ours-checked"],
)
@pytest.mark.parametrize("model", MODELS)
def test_loop(benchmark: BenchmarkFixture, model: str, loop: str, *, checked: bool) -> None:
    """One batch of empty ops; ``ns_per_op`` is the batch over its ops, ``over_bare`` paired in the same process."""
    benchmark.group = f"loop: {model}"
    with pair(model, checked=checked) as batches:
        batch = getattr(batches, loop)
        ops = MANY * batches.ops
        _, median_s = _timed(benchmark, 200, batch, ops)
        benchmark.extra_info["ops"] = ops
        benchmark.extra_info["ns_per_op"] = round(median_s / ops * 1e9, 1)
        if loop == "ours":
            benchmark.extra_info["over_bare"] = round(statistics.median(paired_ratios(batches, 400)), 3)


@pytest.mark.parametrize("workers", [1, 8])
def test_turn_hand_over(benchmark: BenchmarkFixture, runner: RunnerInfo, reaper: Reaper, workers: int) -> None:
    """A turn of no length in a real trial: what each turn costs beyond its own seconds."""
    benchmark.group = f"turn hand-over: {workers} workers"
    benchmark.extra_info["workers"] = workers
    with loaded(runner.name, spec_of("noop"), executed("bench.trial", {}), reaper) as live:
        live.open(workers)
        _, median_s = _timed(benchmark, 200, live.turn, Turn(TIMED, 0, 0, 0))
        live.close()
    benchmark.extra_info["ms_per_turn"] = round(median_s * 1e3, 3)


@pytest.fixture(scope="module")
def latencies_ns() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Ten million, lognormal around 100 microseconds."""
    drawn: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        np.random.default_rng(1).lognormal(np.log(1e5), 0.5, LATENCIES).astype(np.int64)
    )
    return drawn


def test_counting_ten_million_latencies(
    benchmark: BenchmarkFixture, latencies_ns: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> None:
    """Into one histogram per turn of 20 ms, as a run does."""
    benchmark.group = "histogram: 10 million latencies"
    turns = np.split(latencies_ns, 1000)
    counted, median_s = _timed(benchmark, 5, lambda: [histogram.count(turn) for turn in turns])
    benchmark.extra_info["ns_per_latency"] = round(median_s / LATENCIES * 1e9, 2)

    assert len(counted) == 1000


def test_merging_ten_million_latencies(
    benchmark: BenchmarkFixture, latencies_ns: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> None:
    """The same thousand histograms into one."""
    benchmark.group = "histogram: 10 million latencies"
    counted = [histogram.count(turn) for turn in np.split(latencies_ns, 1000)]
    merged, median_s = _timed(benchmark, 20, histogram.merge, counted)
    benchmark.extra_info["ns_per_latency"] = round(median_s / LATENCIES * 1e9, 3)

    assert sum(merged.values()) == LATENCIES


def test_tally_of_a_large_turn(benchmark: BenchmarkFixture) -> None:
    """64 workers of 10,000 ops each."""
    benchmark.group = "tally"
    rng = np.random.default_rng(1)
    workers = [back_to_back(0, rng.integers(50_000, 150_000, 10_000)) for _ in range(64)]
    close_ns = min(int(worker.ends_ns[-1]) for worker in workers)
    counted, median_s = _timed(benchmark, 20, tally, workers, 10_000_000, close_ns)
    benchmark.extra_info["ns_per_op"] = round(median_s / 640_000 * 1e9, 1)

    assert counted.completed > 600_000


def test_loading_ten_thousand_trials(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Ten rounds each; the full profile stores about a quarter of that."""
    benchmark.group = "store"
    shape = runs.Shape(WORKLOADS, levels=(1, 4, 8, 16), blocks=TRIALS // 100, turns=20)
    directory = runs.write(tmp_path / "run", shape)
    run, median_s = _timed(benchmark, 3, store.read, directory)
    benchmark.extra_info["us_per_trial"] = round(median_s / TRIALS * 1e6, 1)
    benchmark.extra_info["megabytes"] = round((directory / "trials.jsonl").stat().st_size / 1e6, 1)

    assert len(run.trials) == TRIALS


def test_statistics_of_a_default_run(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Five workloads, five runners, three concurrencies, six blocks of eight rounds."""
    benchmark.group = "statistics"
    run = store.read(runs.write(tmp_path / "run", runs.Shape(WORKLOADS, levels=(1, 8, 16), turns=16)))
    summary, median_s = _timed(benchmark, 20, summarise, run)
    benchmark.extra_info["ms_per_case"] = round(median_s / len(summary.cases) * 1e3, 2)
    benchmark.extra_info["cases"] = len(summary.cases)
    benchmark.extra_info["comparisons"] = len(summary.comparisons)

    assert [case.status for case in summary.cases] == ["measured"] * 75


def test_every_runner_is_there() -> None:
    """The synthetic runs name the runners that exist; a new one belongs into them."""
    assert set(RUNNERS) == set(runners.catalogue())
