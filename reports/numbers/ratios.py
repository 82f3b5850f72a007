"""Ratios of throughput of the pairs of a contest, as tables; their CSV is what the page moves its ratios by (pure)."""

from __future__ import annotations

from dataclasses import replace

from bench.judge import sentences
from bench.model import CaseSummary, Comparison
from reports.numbers import tables, units
from reports.numbers.index import Index


def verdict(pair: Comparison) -> str:
    """The verdict, or that there is none or that it is withheld."""
    return pair.verdict or ("no verdict" if pair.ratio.low is None else "verdict withheld")


def instead(pair: Comparison) -> str:
    """What stands in place of an interval: ``one block``, ``4 blocks``."""
    return units.blocks_without_interval(pair.ratio.blocks).removesuffix(", no interval")


def reason(index: Index, case: CaseSummary, baseline: str) -> str:
    """Why a case has no ratio to a baseline."""
    if not case["throughput_per_s"]:
        return f"{case.status}: {case.reason}" if case.reason else case.status
    other = index.cases.get((case.workload, case.concurrency, baseline))
    if other is not None and other["throughput_per_s"]:
        return "no block in common"
    return f"no {baseline} here: {(other.reason or other.status) if other else 'not in this contest'}"


def table(index: Index, workload: str, baseline: str, file: str) -> tables.Table:
    """One row per case relative to a baseline; its CSV holds every pair, once.

    The page takes the ratios from that CSV when it is put on another baseline, turning them round where it must.
    """
    lines = [
        [tables.count(level), tables.word(case.runner), *_cells(index, case, baseline)]
        for level in index.levels(workload)
        for case in index.contest(workload, level)
    ]
    columns = [
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        tables.Column("ratio", "ratio to the baseline", estimate=True),
        tables.Column("verdict", "verdict"),
        tables.Column("p_adjusted", "p (Holm)", number=True),
    ]
    shown = tables.of(f"Throughput of {workload} relative to {baseline}", columns, lines, file)
    return replace(shown, whole=_all_pairs(index, workload, file))


def _all_pairs(index: Index, workload: str, file: str) -> tables.Table:
    lines = [
        [tables.count(pair.concurrency), tables.word(pair.runner), tables.word(pair.baseline), _ratio(pair),
         tables.word(verdict(pair)), _p(pair), tables.count(pair.ratio.blocks)]
        for pair in index.pairs_of(workload)
        if index.runners.index(pair.runner) > index.runners.index(pair.baseline)
    ]  # fmt: skip
    columns = [
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        tables.Column("baseline", "baseline"),
        tables.Column("ratio", "ratio", estimate=True),
        tables.Column("verdict", "verdict"),
        tables.Column("p_adjusted", "p (Holm)", number=True),
        tables.Column("blocks", "blocks", number=True),
    ]
    return tables.of(f"Throughput of {workload}, all pairs", columns, lines, file)


def _cells(index: Index, case: CaseSummary, baseline: str) -> list[tables.Cell]:
    if case.runner == baseline and case["throughput_per_s"]:
        return [tables.word("the baseline"), tables.word(""), tables.word("")]
    pair = index.pairs.get((case.workload, case.concurrency, case.runner, baseline))
    if pair is None:
        return [tables.missing(reason(index, case, baseline)), tables.word(""), tables.word("")]
    return [_ratio(pair), tables.word(verdict(pair)), _p(pair)]


def _ratio(pair: Comparison) -> tables.Cell:
    return tables.Cell(sentences.ratio(pair.ratio), pair.ratio.value, pair.ratio.low, pair.ratio.high)


def _p(pair: Comparison) -> tables.Cell:
    if pair.p is None:
        return tables.missing(units.blocks_without_interval(pair.ratio.blocks))
    return tables.Cell("< 0.0001" if pair.p < 1e-4 else f"{pair.p:.4f}", float(f"{pair.p:.4g}"))
