"""What a metric is, and the ways in which the blocks of a case join into one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench import histogram
from bench.histogram import Histogram
from bench.judge import stats
from bench.model import Estimate, TrialResult

Unit = Literal["ops/s", "s", "ms", "s per op", "bytes", "cores", "share", "factor", "count"]
Group = Literal["throughput", "latency", "resources"]
PerBlock = Callable[[TrialResult], float | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a case, defined once and read by the document, the tables and the charts alike.

    name: its key everywhere, with its unit. title: how a table heads it. group: the table it stands in.
    over_blocks: from the measured trials of a case, one per block and at least one, to what is told.
    per_block: one block's value, None where a block has too little for it; the dots behind the estimate, and what
        ratios pair. None for a metric that exists over all blocks only.
    lacking: what an empty cell of a measured case says. interval: False for a plain number.
    family, key: where the document nests it, as ``latency_ms.p50``.
    """

    name: str
    title: str
    unit: Unit
    group: Group
    over_blocks: Callable[[Sequence[TrialResult]], Estimate | None]
    per_block: PerBlock | None = None
    lacking: str = "not read"
    interval: bool = True
    family: str = ""
    key: str = ""


def mean_of_blocks(
    name: str, title: str, unit: Unit, group: Group, per_block: PerBlock, lacking: str = "not read"
) -> Metric:
    """The geometric mean of one value per block, with Student's t over the blocks."""

    def join(trials: Sequence[TrialResult]) -> Estimate | None:
        return stats.over_blocks([value for trial in trials if (value := per_block(trial)) is not None])

    return Metric(name, title, unit, group, join, per_block, lacking)


def percentile_of_blocks(
    family: str, key: str, q: float, title: str, durations: Callable[[TrialResult], Histogram], lacking: str
) -> Metric:
    """A percentile of all blocks' durations together, in ms, with a jackknife over the blocks."""

    def join(trials: Sequence[TrialResult]) -> Estimate | None:
        return in_ms(stats.percentile([durations(trial) for trial in trials], q))

    def per_block(trial: TrialResult) -> float | None:
        counts = durations(trial)
        return histogram.quantile_ns(counts, q) / 1e6 if stats.enough_beyond(sum(counts.values()), q) else None

    name = f"{family.removesuffix('_ms')}_{key}_ms"
    return Metric(name, title, "ms", "latency", join, per_block, lacking, family=family, key=key)


def plain(
    name: str,
    title: str,
    unit: Unit,
    group: Group,
    value: Callable[[Sequence[TrialResult]], float | None],
    lacking: str,
) -> Metric:
    """A number without an interval: an extreme, a count, a share over all turns."""

    def join(trials: Sequence[TrialResult]) -> Estimate | None:
        found = value(trials)
        return None if found is None else Estimate(found, None, None, len(trials))

    return Metric(name, title, unit, group, join, None, lacking, interval=False)


def in_ms(seconds: Estimate | None) -> Estimate | None:
    """Seconds to milliseconds."""
    return None if seconds is None else seconds.scaled(1e3)
