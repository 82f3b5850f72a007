"""The first screen: a sentence per workload, the heat table, and which runner to use (pure)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from bench.judge import sentences
from bench.model import CaseSummary, Comparison
from reports.numbers import ratios, standings, units
from reports.numbers.index import Index


@dataclass(frozen=True, slots=True)
class Answer:
    """What a workload's contests say, in sentences.

    level: the concurrency the headline speaks of. short: the headline without those who are merely behind.
    against: baseline -> sentence. others: the other concurrencies.
    """

    workload: str
    anchor: str
    summary: str
    level: int | None
    headline: str
    short: str
    cost: str
    leaders: tuple[str, ...]
    against: dict[str, str]
    others: tuple[tuple[int, str], ...]


def of_workload(index: Index, workload: str, anchor: str) -> Answer:
    """The sentences of one workload."""
    spec = index.spec(workload)
    level = standings.main_level(index, workload)
    if level is None:
        reasons = {case.reason for case in index.cases_of(workload) if case.reason}
        text = f"nothing was measured: {'; '.join(sorted(reasons)) or 'no case was run'}"
        return Answer(workload, anchor, spec.summary, None, text, text, "", (), {}, ())
    standing = standings.of(index, workload, level)
    assert standing
    headline = body(index, workload, level)
    return Answer(
        workload=workload,
        anchor=anchor,
        summary=spec.summary,
        level=level,
        headline=headline,
        short="; ".join(part for part in headline.split("; ") if not part.startswith("ahead of ")),
        cost=price(index, workload, level) or standings.cost(index, workload, level, standing),
        leaders=standing.leaders if standing.judged else (),
        against={baseline: against(index, workload, level, standing.first, baseline) for baseline in index.runners},
        others=tuple((other, body(index, workload, other)) for other in index.levels(workload) if other != level),
    )


def body(index: Index, workload: str, level: int) -> str:
    """The console's sentence on a contest, without its heading."""
    text = sentences.of_contest(index.summary, workload, level)
    return text.removeprefix(f"{sentences.heading(workload, level)}: ")


def price(index: Index, workload: str, level: int) -> str:
    """What using the one that is named costs; see `bench.judge.sentences.price`."""
    return sentences.price(index.summary, workload, level, index.stored.plan.settings.margin)


def against(index: Index, workload: str, level: int, first: str, baseline: str) -> str:
    """The leader against a baseline, or why there is no such ratio."""
    if first == baseline:
        return f"{baseline} is the baseline"
    pair = index.pairs.get((workload, level, first, baseline))
    if pair is None:
        case = index.cases.get((workload, level, baseline))
        return f"no ratio to {baseline}: {case.reason if case and case.reason else 'no block in common'}"
    doubt = f", {pair.verdict}" if pair.verdict in {"equivalent", "inconclusive"} else ""
    return f"{first} {sentences.ratio(pair.ratio)} {baseline}{doubt}"


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: a ratio, or the words of a baseline or an empty cell.

    tint: -4 (much slower) to 4 (much faster). rate: its throughput, which the page shows where it is the baseline.
    """

    kind: str
    runner: str
    ratio: str = ""
    interval: str = ""
    verdict: str = ""
    tint: int = 0
    lead: str = ""
    findings: tuple[str, ...] = ()
    value: float | None = None
    rate: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One contest."""

    workload: str
    anchor: str
    level: int
    cells: tuple[HeatCell, ...]


def heat(index: Index, anchors: dict[str, str], baseline: str) -> tuple[HeatRow, ...]:
    """Every contest x runner, relative to a baseline."""
    rows = []
    for workload in index.workloads:
        for level in index.levels(workload):
            standing = standings.of(index, workload, level)
            cells = tuple(_cell(index, case, baseline, standing) for case in index.contest(workload, level))
            rows.append(HeatRow(workload, anchors[workload], level, cells))
    return tuple(rows)


def _cell(index: Index, case: CaseSummary, baseline: str, standing: standings.Standing | None) -> HeatCell:
    if not case["throughput_per_s"]:
        return HeatCell("empty", case.runner, verdict=ratios.reason(index, case, baseline))
    lead = ""
    if standing and standing.judged and case.runner in standing.leaders:
        lead = "▲" if len(standing.leaders) == 1 else "△"
    rate = units.estimate(case["throughput_per_s"], units.rate_scale)
    cell = HeatCell("ratio", case.runner, lead=lead, findings=_grave(index, case), rate=rate)
    if case.runner == baseline:
        return replace(cell, kind="baseline", ratio="1×", interval="baseline", verdict=rate)
    pair = index.pairs.get((case.workload, case.concurrency, case.runner, baseline))
    if pair is None:
        return replace(cell, kind="unpaired", ratio=rate, verdict=ratios.reason(index, case, baseline))
    value, _, interval = sentences.ratio(pair.ratio).partition(" ")
    return replace(
        cell, ratio=value, interval=interval, verdict=ratios.verdict(pair), tint=_tint(pair), value=pair.ratio.value
    )


def _grave(index: Index, case: CaseSummary) -> tuple[str, ...]:
    """Its findings that are more than notes."""
    return tuple(name for name in case.findings if name in index.grave)


def _tint(pair: Comparison) -> int:
    if pair.verdict not in {"faster", "slower"}:
        return 0
    size = abs(math.log2(pair.ratio.value))
    step = 1 + sum(size >= bound for bound in (0.5, 1.5, 3.5))
    return step if pair.ratio.value > 1 else -step
