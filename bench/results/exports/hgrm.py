"""For HdrHistogram's plotter, and what wrk2 and the JVM's tools write: latency in milliseconds, a file per case."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from bench import histogram
from bench.histogram import Histogram
from bench.model import StoredRun, Summary
from bench.results.exports import _samples

TICKS = 5
"""Lines per halving of the distance to 100 %, as its tools write by default."""
HEADER = f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}\n\n"


def write(run: StoredRun, summary: Summary) -> dict[str, str]:
    """See `bench.results.exports`. Latencies are those of a closed load: from the start of an op to its end."""
    found = {}
    for case, _ in _samples.of(run, summary):
        latency = histogram.merge(
            trial.latency
            for trial in run.trials
            if (trial.workload, trial.concurrency, trial.runner, trial.copy) == (*case.key, 1)
        )
        if latency:
            found[f"{_plain(case.workload)}-{case.runner}-c{case.concurrency}.hgrm"] = _text(latency)
    return found


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._=-" else "_" for letter in name)


def _text(latency: Mapping[int, int]) -> str:
    total = sum(latency.values())
    lines = [
        f"{value_ns / 1e6:12.3f} {share:2.12f} {count:10d}" + (f" {1 / (1 - share):14.2f}" if share < 1 else "")
        for value_ns, share, count in _lines(dict(latency), total)
    ]
    mean_ns = sum(histogram.middle_ns(bucket) * count for bucket, count in latency.items()) / total
    spread_ns = math.sqrt(
        sum((histogram.middle_ns(bucket) - mean_ns) ** 2 * count for bucket, count in latency.items()) / total
    )
    most_ns = histogram.quantile_ns(latency, 1.0)
    told = (
        f"#[Mean    = {mean_ns / 1e6:12.3f}, StdDeviation   = {spread_ns / 1e6:12.3f}]",
        f"#[Max     = {most_ns / 1e6:12.3f}, Total count    = {total:12d}]",
        f"#[Buckets = {len(latency):12d}, SubBuckets     = {histogram.SUB_BUCKETS:12d}]",
    )
    return HEADER + "\n".join([*lines, *told]) + "\n"


def _lines(latency: Histogram, total: int) -> Iterator[tuple[float, float, int]]:
    """(value, share of all ops that take no longer, how many those are), denser and denser towards the slowest."""
    share = 0.0
    while True:
        count = max(math.ceil(share * total - 1e-9), 1)
        if count >= total:
            break
        yield histogram.quantile_ns(latency, share), share, count
        halvings = math.floor(math.log2(1 / (1 - share))) + 1
        share += 1 / (TICKS * 2**halvings)
    yield histogram.quantile_ns(latency, 1.0), 1.0, total
