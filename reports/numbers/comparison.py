"""Two sides, case by case: B over A, and what must not be concluded (pure)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge import metrics, stats
from bench.model import Verdict
from reports.numbers import sides, tables, units, welch
from reports.numbers.index import Index, Key
from reports.numbers.sides import Side


@dataclass(frozen=True, slots=True)
class Pair:
    """One case on both sides. each: B over A, every run of B with every run of A.

    p: adjusted by Holm over all cases. verdict: None where there is none, and ``why`` says why.
    """

    key: Key
    throughput: welch.Between
    memory: welch.Between | None
    cpu: welch.Between | None
    each: tuple[float, ...]
    p: float | None
    verdict: Verdict | None
    why: str

    @property
    def workload(self) -> str:
        """Label of its workload."""
        return self.key[0]

    @property
    def name(self) -> str:
        """``threads at C = 8``."""
        return f"{self.key[2]} at C = {self.key[1]}"


@dataclass(frozen=True)
class Comparison:
    """Every ratio is B over A.

    machine: facts of the machine that differ; with any, no verdict is given. missing: (workload, C, runner, why).
    """

    a: Side
    b: Side
    machine: tuple[str, ...]
    pairs: tuple[Pair, ...]
    missing: tuple[tuple[str, int, str, str], ...]

    @property
    def workloads(self) -> tuple[str, ...]:
        """Workloads with a case on both sides, in the order of B."""
        return tuple(dict.fromkeys(pair.workload for pair in self.pairs))

    @property
    def runs(self) -> dict[str, Index]:
        """Every run by the name it has on the page, A first."""
        return self.a.named | self.b.named

    @property
    def enough(self) -> bool:
        """Whether there are runs enough for an interval."""
        return min(len(self.a.runs), len(self.b.runs)) >= welch.MIN_RUNS

    @property
    def margin(self) -> float:
        """Within which a ratio is equivalent."""
        return self.b.runs[0].stored.plan.settings.margin

    @property
    def order(self) -> str:
        """What the order of the runs in time forbids to conclude; empty when it forbids nothing."""
        return sides.out_of_turn(self.a, self.b)


def of(a: Sequence[Index], b: Sequence[Index]) -> Comparison:
    """Compare every case that was measured on both sides."""
    ours, theirs = Side("B", tuple(b)), Side("A", tuple(a))
    keys = dict.fromkeys(key for side in (ours, theirs) for run in side.runs for key in run.cases)
    found = {
        key: ratio
        for key in keys
        if ours.measured(key) and theirs.measured(key) and (ratio := _ratio(ours, theirs, key, "throughput_per_s"))
    }
    adjusted = stats.holm({key: ratio.p for key, ratio in found.items() if ratio.p is not None})
    machine = sides.machine(theirs, ours)
    withheld = _withheld(theirs, ours, machine)
    pairs = tuple(_pair(theirs, ours, key, ratio, adjusted.get(key), withheld) for key, ratio in found.items())
    missing = [(*key, _absent((theirs, ours), key)) for key in keys if key not in found]
    return Comparison(theirs, ours, machine, pairs, tuple(missing))


def _ratio(ours: Side, theirs: Side, key: Key, metric: str) -> welch.Between | None:
    return welch.compare(*(side.values(key, metrics.named(metric)) for side in (ours, theirs)))


def _pair(a: Side, b: Side, key: Key, found: welch.Between, p: float | None, withheld: str) -> Pair:
    rate = metrics.named("throughput_per_s")
    why = withheld or _case_withheld(a, b, key, found)
    floor = max(_floor(run, key[0]) for run in (*a.runs, *b.runs))
    margin = b.runs[0].stored.plan.settings.margin
    return Pair(
        key, found, _ratio(b, a, key, "memory_bytes"), _ratio(b, a, key, "cpu_s_per_op"),
        tuple(ours / theirs for ours in b.values(key, rate) for theirs in a.values(key, rate)), p,
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


def _withheld(a: Side, b: Side, machine: Sequence[str]) -> str:
    """Why no case gets a verdict; empty when each stands for itself."""
    if machine:
        return "different machines"
    if few := _few(a, b, len(a.runs), len(b.runs)):
        return few
    return sides.unlike(a) or sides.unlike(b) or sides.out_of_turn(a, b)


def _few(a: Side, b: Side, of_a: int, of_b: int) -> str:
    if min(of_a, of_b) >= welch.MIN_RUNS:
        return ""
    many = [f"{count} run{'' if count == 1 else 's'} of {side.letter}" for side, count in ((a, of_a), (b, of_b))]
    return f"{many[0]} and {many[1]}, and {welch.MIN_RUNS} of each are needed"


def _case_withheld(a: Side, b: Side, key: Key, found: welch.Between) -> str:
    runs = [run for run in (*a.runs, *b.runs) if key in run.cases]
    specs = [run.spec(key[0]) for run in runs]
    if any(spec.parameters != specs[0].parameters for spec in specs):
        return "different parameters"
    if len({spec.source_sha256 for spec in specs}) > 1:
        return "the workload's source differs"
    invalid = [finding.id for run in runs for finding in run.findings(*key) if finding.severity == "invalid"]
    if invalid:
        return f"invalid: {', '.join(dict.fromkeys(invalid))}"
    if found.p is None:
        rate = metrics.named("throughput_per_s")
        return _few(a, b, len(a.values(key, rate)), len(b.values(key, rate)))
    return ""


def _absent(both: Sequence[Side], key: Key) -> str:
    reasons = []
    for side in both:
        if all(key not in run.cases for run in side.runs):
            reasons.append(f"not part of {side.letter}")
            continue
        for name, run in side.named.items():
            case = run.cases.get(key)
            if case is not None and not case["throughput_per_s"]:
                reasons.append(f"{name}: {case.status}{f', {case.reason}' if case.reason else ''}")
    return "; ".join(reasons) or "no block with a rate"


def sentence(found: Comparison, workload: str) -> str:
    """What changed in one workload, as far as the intervals carry."""
    pairs = [pair for pair in found.pairs if pair.workload == workload]
    if not any(pair.verdict for pair in pairs):
        return f"{_side_by_side(pairs)}; no verdict: {'; '.join(dict.fromkeys(pair.why for pair in pairs))}"
    moved = [pair for pair in pairs if pair.verdict in {"faster", "slower"}]
    rest = {word: sum(pair.verdict == word for pair in pairs) for word in ("equivalent", "inconclusive")}
    parts = [f"{pair.name} is {pair.verdict}, {pair.throughput.words}" for pair in sorted(moved, key=_size)[:4]]
    if len(moved) > 4:
        parts.append(f"{len(moved) - 4} more differ")
    if not moved:
        parts.append(_side_by_side(pairs))
    parts += [f"{count} {word}" for word, count in rest.items() if count]
    withheld = sum(1 for pair in pairs if pair.verdict is None)
    return "; ".join(parts) + (f"; {withheld} withheld" if withheld else "")


def _size(pair: Pair) -> float:
    return -abs(math.log(pair.throughput.ratio.value))


def _side_by_side(pairs: Sequence[Pair]) -> str:
    low, high = (pick(pairs, key=lambda pair: pair.throughput.ratio.value) for pick in (min, max))
    if low is high:
        return f"B over A: {low.name} {low.throughput.words}"
    return f"B over A from {low.name}, {low.throughput.words}, to {high.name}, {high.throughput.words}"


def table(found: Comparison, workload: str, file: str) -> tables.Table:
    """One row per case: the rate of every run with its own interval, then the ratios between the sides."""
    columns = [
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        *(tables.Column(f"{name.lower()}_per_s", name, estimate=True) for name in found.runs),
        tables.Column("throughput_ratio", "throughput, B over A", estimate=True),
        tables.Column("verdict", "verdict"),
        tables.Column("p_adjusted", "p (Holm)", number=True),
        tables.Column("memory_ratio", "memory, B over A", estimate=True),
        tables.Column("cpu_ratio", "CPU per op, B over A", estimate=True),
    ]
    rows = [
        [
            tables.count(pair.key[1]),
            tables.word(pair.key[2]),
            *(_rate(run, pair.key) for run in found.runs.values()),
            _cell(pair.throughput),
            tables.word(pair.verdict or f"no verdict: {pair.why}"),
            tables.plain(pair.p, f"{pair.p or 0:.4f}", "between too few runs"),
            _cell(pair.memory),
            _cell(pair.cpu),
        ]
        for pair in found.pairs
        if pair.workload == workload
    ]
    return tables.of(f"{workload}: B over A", columns, rows, file)


def _rate(run: Index, key: Key) -> tables.Cell:
    case = run.cases.get(key)
    if case is None:
        return tables.missing("not part of it")
    return tables.figure(case["throughput_per_s"], units.rate_scale, 1.0, case.reason or "no op succeeded")


def _cell(found: welch.Between | None) -> tables.Cell:
    if found is None:
        return tables.missing("not read on both sides")
    return tables.Cell(found.words, found.ratio.value, found.ratio.low, found.ratio.high)
