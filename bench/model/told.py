"""What a reader is told: estimates, cases, comparisons, findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bench.model.planned import Status

Severity = Literal["info", "warning", "invalid"]
Verdict = Literal["faster", "slower", "equivalent", "inconclusive"]
Trend = Literal["higher", "lower", "equivalent", "inconclusive"]

CaseKey = tuple[str, int, str]
"""(workload label, concurrency, runner)."""

PairKey = frozenset[CaseKey]
"""The two cases of a comparison, in no order."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval over ``blocks`` blocks; fewer than 6 blocks give no interval."""

    value: float
    low: float | None
    high: float | None
    blocks: int

    def scaled(self, factor: float) -> Estimate:
        """The same in another unit."""
        return Estimate(
            self.value * factor,
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
            self.blocks,
        )

    def inverse(self) -> Estimate:
        """One over it; the ends of the interval change places."""
        return Estimate(
            1 / self.value,
            None if self.high is None else 1 / self.high,
            None if self.low is None else 1 / self.low,
            self.blocks,
        )


@dataclass(frozen=True, slots=True)
class Beside:
    """Another figure of a pair than throughput: that of the runner over that of the baseline, and how it stands."""

    ratio: Estimate
    p: float | None
    verdict: Trend | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two contestants of one contest: throughput of ``runner`` over that of ``baseline``.

    workload: label. mean_ratio: of total ops over total time, which a stalling runner pulls away from ``ratio``.
    p: of Student's t over the blocks, adjusted by Holm over all pairs of the contest; None below 6 blocks.
    verdict: None below 6 blocks, or when a finding of severity ``invalid`` withholds it.
    beside: metric -> latency and memory, as far as there are figures; see `bench.judge.beside`.
    """

    workload: str
    concurrency: int
    runner: str
    baseline: str
    ratio: Estimate
    mean_ratio: Estimate
    p: float | None
    verdict: Verdict | None
    copy: int = 1
    beside: dict[str, Beside] = field(default_factory=dict)

    @property
    def key(self) -> PairKey:
        """What a finding names it by; the same from either side."""
        return frozenset((self.workload, self.concurrency, who) for who in (self.runner, self.baseline))


@dataclass(frozen=True, slots=True)
class Decision:
    """Which runner to use in one contest.

    workload: label. use: the simplest of those that are good enough; None when nobody is shown to be.
    good: all that are, the simplest first. asked: those that nobody is shown to be more than the margin faster than.
    withheld: those without a verdict, which take no part.
    """

    workload: str
    concurrency: int
    use: str | None
    good: tuple[str, ...]
    asked: tuple[str, ...]
    withheld: tuple[str, ...]

    @property
    def key(self) -> tuple[str, int]:
        """Of its contest."""
        return self.workload, self.concurrency


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader must know about a number.

    cases: every cell it touches; empty for the whole run.
    pairs: the comparisons whose verdict it withholds, if it is ``invalid`` and not all those of its cases are meant.
    """

    id: str
    severity: Severity
    evidence: str
    remedy: str
    cases: tuple[CaseKey, ...] = ()
    pairs: tuple[PairKey, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One case over all its blocks.

    workload: label. workers: 1 for the serial runner whatever the concurrency.
    ops, errors, turns: counted in windows, over all blocks.
    messages: failure texts, the commonest first; their counts, over whole turns, only rank them (`errors` counts).
    metrics: name -> estimate, as `bench.judge.metrics` defines them; one that has too little to stand on is not there.
    """

    workload: str
    name: str
    parameters: dict[str, Any]
    concurrency: int
    runner: str
    copy: int
    workers: int
    status: Status
    reason: str
    blocks: int = 0
    ops: int = 0
    errors: int = 0
    turns: int = 0
    window_s: float = 0.0
    messages: dict[str, int] = field(default_factory=dict)
    metrics: dict[str, Estimate] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    load: str = "closed"

    def __getitem__(self, metric: str) -> Estimate | None:
        """A metric by name; None where it is not there."""
        return self.metrics.get(metric)

    def value(self, metric: str) -> float | None:
        """A metric's value alone; None where it is not there."""
        found = self.metrics.get(metric)
        return None if found is None else found.value

    @property
    def key(self) -> CaseKey:
        """What a finding names it by."""
        return self.workload, self.concurrency, self.runner


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a run says: one entry per case (A/A twins last in their contest), all ordered pairs, findings, and a
    decision for each contest that has two contestants or more with figures.
    """

    cases: tuple[CaseSummary, ...]
    comparisons: tuple[Comparison, ...]
    findings: tuple[Finding, ...]
    window_share: float | None
    timed_share: float | None
    decisions: tuple[Decision, ...] = ()

    def decision(self, key: tuple[str, int]) -> Decision | None:
        """Of the contest of this workload label and concurrency."""
        return next((one for one in self.decisions if one.key == key), None)
