"""Two runs, case by case: B over A, and what must not be concluded (pure)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge import metrics, sentences, stats
from bench.model import CaseSummary, Estimate, Verdict
from reports.numbers import blocks, environment, tables, units, welch
from reports.numbers.index import Index, Key


@dataclass(frozen=True, slots=True)
class Pair:
    """One case in both runs. verdict: None where withheld, and ``why`` says why."""

    before: CaseSummary
    after: CaseSummary
    throughput: Estimate
    memory: Estimate | None
    cpu: Estimate | None
    p: float | None
    verdict: Verdict | None
    why: str


@dataclass(frozen=True)
class Comparison:
    """A is the first run, B the second; every ratio is B over A.

    machine: facts of the machine that differ; with any, no verdict is given. missing: (workload, C, runner, why).
    """

    a: Index
    b: Index
    machine: tuple[str, ...]
    pairs: tuple[Pair, ...]
    missing: tuple[tuple[str, int, str, str], ...]

    @property
    def workloads(self) -> tuple[str, ...]:
        """Workloads with a case in both runs, in the order of B."""
        return tuple(dict.fromkeys(pair.after.workload for pair in self.pairs))


def of(a: Index, b: Index) -> Comparison:
    """Compare every case that both runs measured."""
    machine = tuple(environment.other_machine(a.stored.environment, b.stored.environment))
    shared = [
        key
        for key in b.cases
        if key in a.cases and b.cases[key]["throughput_per_s"] and a.cases[key]["throughput_per_s"]
    ]
    found: dict[Key, welch.Between] = {}
    for key in shared:
        ratio = _between(a, b, key, "throughput_per_s")
        if ratio:
            found[key] = ratio
    adjusted = stats.holm({key: ratio.p for key, ratio in found.items() if ratio.p is not None})
    pairs = tuple(_pair(a, b, key, ratio, adjusted.get(key), machine) for key, ratio in found.items())
    missing = [(*key, _absent(a, b, key)) for key in dict.fromkeys([*b.cases, *a.cases]) if key not in found]
    return Comparison(a, b, machine, pairs, tuple(missing))


def _between(a: Index, b: Index, key: Key, metric: str) -> welch.Between | None:
    ours, theirs = (
        list(blocks.values(index.trials.get((*key, 1), ()), metrics.named(metric)).values()) for index in (b, a)
    )
    return welch.compare(ours, theirs)


def _pair(a: Index, b: Index, key: Key, found: welch.Between, p: float | None, machine: Sequence[str]) -> Pair:
    memory = _between(a, b, key, "memory_bytes")
    cpu = _between(a, b, key, "cpu_s_per_op")
    why = _withheld(a, b, key, found, machine)
    floor = max(_floor(index, key[0]) for index in (a, b))
    margin = b.stored.plan.settings.margin
    return Pair(
        a.cases[key], b.cases[key], found.ratio, memory.ratio if memory else None, cpu.ratio if cpu else None, p,
        None if why else stats.verdict(found.ratio, p, margin, floor), why,
    )  # fmt: skip


def _floor(index: Index, workload: str) -> float:
    """The factor by which identical contestants seemed to differ; 1 without a twin."""
    ends = [
        max(pair.ratio.high, 1 / pair.ratio.low)
        for key, pair in index.twin_pairs.items()
        if key[0] == workload and pair.ratio.low and pair.ratio.high
    ]
    return max(ends, default=1.0)


def _withheld(a: Index, b: Index, key: Key, found: welch.Between, machine: Sequence[str]) -> str:
    ours, theirs = b.spec(key[0]), a.spec(key[0])
    invalid = [finding.id for index in (a, b) for finding in index.findings(*key) if finding.severity == "invalid"]
    if machine:
        return "different machines"
    if ours.parameters != theirs.parameters:
        return "different parameters"
    if ours.source_sha256 != theirs.source_sha256:
        return "the workload's source differs"
    if invalid:
        return f"invalid: {', '.join(dict.fromkeys(invalid))}"
    if found.p is None:
        return units.blocks_without_interval(found.ratio.blocks)
    return ""


def _absent(a: Index, b: Index, key: Key) -> str:
    reasons = []
    for name, index in (("A", a), ("B", b)):
        case = index.cases.get(key)
        if case is None:
            reasons.append(f"not part of {name}")
        elif not case["throughput_per_s"]:
            reasons.append(f"{name}: {case.status}{f', {case.reason}' if case.reason else ''}")
    return "; ".join(reasons) or "no block with a rate"


def sentence(found: Comparison, workload: str) -> str:
    """What changed in one workload, as far as the intervals carry."""
    pairs = [pair for pair in found.pairs if pair.after.workload == workload]
    moved = [pair for pair in pairs if pair.verdict in {"faster", "slower"}]
    if not any(pair.verdict for pair in pairs):
        return f"no verdict: {'; '.join(dict.fromkeys(pair.why for pair in pairs if pair.why))}"
    rest = {word: sum(pair.verdict == word for pair in pairs) for word in ("equivalent", "inconclusive")}
    parts = [
        f"{pair.after.runner} at C = {pair.after.concurrency} is {pair.verdict}, {sentences.ratio(pair.throughput)}"
        for pair in sorted(moved, key=lambda pair: -abs(math.log(pair.throughput.value)))[:4]
    ]
    if len(moved) > 4:
        parts.append(f"{len(moved) - 4} more differ")
    parts += [f"{count} {word}" for word, count in rest.items() if count]
    withheld = sum(1 for pair in pairs if pair.verdict is None)
    return "; ".join(parts) + (f"; {withheld} withheld" if withheld else "")


def table(found: Comparison, workload: str, file: str) -> tables.Table:
    """A, B and their ratios, one row per case."""
    columns = [
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        tables.Column("a_per_s", "A", estimate=True),
        tables.Column("b_per_s", "B", estimate=True),
        tables.Column("throughput_ratio", "throughput, B over A", estimate=True),
        tables.Column("verdict", "verdict"),
        tables.Column("p_adjusted", "p (Holm)", number=True),
        tables.Column("memory_ratio", "memory, B over A", estimate=True),
        tables.Column("cpu_ratio", "CPU per op, B over A", estimate=True),
    ]
    rows = [
        [
            tables.count(pair.after.concurrency),
            tables.word(pair.after.runner),
            tables.figure(pair.before["throughput_per_s"], units.rate_scale, 1.0, "no op succeeded"),
            tables.figure(pair.after["throughput_per_s"], units.rate_scale, 1.0, "no op succeeded"),
            _ratio(pair.throughput),
            tables.word(pair.verdict or f"no verdict: {pair.why}"),
            tables.plain(pair.p, f"{pair.p or 0:.4f}", units.blocks_without_interval(pair.throughput.blocks)),
            _ratio(pair.memory),
            _ratio(pair.cpu),
        ]
        for pair in found.pairs
        if pair.after.workload == workload
    ]
    return tables.of(f"{workload}: run B over run A", columns, rows, file)


def _ratio(estimate: Estimate | None) -> tables.Cell:
    if estimate is None:
        return tables.missing("not read in both")
    return tables.Cell(sentences.ratio(estimate), estimate.value, estimate.low, estimate.high)
