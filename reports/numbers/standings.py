"""Who leads a contest, and what the lead costs (pure). Only what the intervals carry."""

from __future__ import annotations

from dataclasses import dataclass

from bench.judge import metrics, sentences
from bench.judge.metrics import Metric
from bench.model import Comparison, Estimate
from reports.numbers import blocks
from reports.numbers.index import Index


@dataclass(frozen=True, slots=True)
class Standing:
    """One contest, ranked.

    first: highest throughput. tied: equivalent to it. undecided: neither behind it nor equivalent.
    behind: slower than it, the nearest first. judged: False where verdicts are missing or withheld.
    """

    first: str
    tied: tuple[str, ...]
    undecided: tuple[str, ...]
    behind: tuple[str, ...]
    judged: bool

    @property
    def leaders(self) -> tuple[str, ...]:
        """All that no verdict puts behind the first."""
        return (self.first, *self.tied, *self.undecided)


def of(index: Index, workload: str, level: int) -> Standing | None:
    """The standing of a contest; None when nothing was measured."""
    ranked = sorted(
        index.measured(workload, level),
        key=lambda case: -(case["throughput_per_s"].value if case["throughput_per_s"] else 0),
    )
    if not ranked:
        return None
    first = ranked[0].runner
    verdicts = {}
    for case in ranked[1:]:
        pair = index.pairs.get((workload, level, first, case.runner))
        verdicts[case.runner] = pair.verdict if pair else None
    return Standing(
        first,
        tuple(runner for runner, verdict in verdicts.items() if verdict == "equivalent"),
        tuple(runner for runner, verdict in verdicts.items() if verdict in {"inconclusive", None}),
        tuple(runner for runner, verdict in verdicts.items() if verdict == "faster"),
        any(verdict is not None for verdict in verdicts.values()),
    )


def main_level(index: Index, workload: str) -> int | None:
    """The concurrency at which the workload's highest rate was measured: the contest a headline speaks of."""
    rates = [
        (case["throughput_per_s"].value, -level, level)
        for level in index.levels(workload)
        for case in index.measured(workload, level)
        if case["throughput_per_s"]
    ]
    return max(rates)[2] if rates else None


def pair(index: Index, workload: str, level: int, runner: str, baseline: str) -> Comparison | None:
    """A comparison of a contest."""
    return index.pairs.get((workload, level, runner, baseline))


def memory_ratio(index: Index, workload: str, level: int, ours: str, theirs: str) -> Estimate | None:
    """Memory of one runner over that of another, paired by block."""
    return _ratio(index, workload, level, ours, theirs, metrics.named("memory_bytes"))


def cpu_ratio(index: Index, workload: str, level: int, ours: str, theirs: str) -> Estimate | None:
    """CPU time per op of one runner over that of another, paired by block."""
    return _ratio(index, workload, level, ours, theirs, metrics.named("cpu_s_per_op"))


def _ratio(
    index: Index, workload: str, level: int, ours: str, theirs: str,
    metric: Metric,
) -> Estimate | None:  # fmt: skip
    return blocks.ratio(
        blocks.values(index.trials.get((workload, level, ours, 1), ()), metric),
        blocks.values(index.trials.get((workload, level, theirs, 1), ()), metric),
    )


def clear(ratio: Estimate | None, least: float) -> bool:
    """Whether an interval lies wholly beyond the factor ``least`` on either side of 1."""
    return (
        ratio is not None
        and ratio.low is not None
        and ratio.high is not None
        and (ratio.low >= least or ratio.high <= 1 / least)
    )


def cost(index: Index, workload: str, level: int, standing: Standing) -> str:
    """What the choice costs: memory and CPU of the leader against the runner-up or its equals; empty if not clear."""
    if not standing.judged:
        return ""
    others = standing.tied or standing.undecided or standing.behind[:1]
    parts = []
    for verb, what, figure, least in (
        ("holds", "memory", memory_ratio, 1.1),
        ("spends", "CPU time per op", cpu_ratio, 1.2),
    ):
        ratios = [
            (runner, ratio)
            for runner in others
            if (ratio := figure(index, workload, level, runner, standing.first)) and clear(ratio, least)
        ]
        if not ratios:
            continue
        runner, ratio = max(ratios, key=lambda item: abs(item[1].value - 1))
        if ratio.value < 1:
            turned = figure(index, workload, level, standing.first, runner)
            assert turned
            parts.append(f"{standing.first} {verb} {sentences.ratio(turned)} the {what} of {runner}")
        else:
            parts.append(f"{runner} {verb} {sentences.ratio(ratio)} the {what} of {standing.first}")
    return "; ".join(parts)
