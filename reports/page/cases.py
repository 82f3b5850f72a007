"""The tables of every case: all numbers of the summary, twins marked, reasons in empty cells (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from bench.judge.metrics import ALL
from bench.judge.metrics.metric import Group
from bench.model import CaseSummary
from reports.numbers import metrics, tables
from reports.numbers.index import Index
from reports.words import commands

_Columns = Sequence[tuple[tables.Column, Callable[[CaseSummary], tables.Cell]]]
_HEAD = (
    tables.Column("workload", "workload"),
    tables.Column("concurrency", "C", number=True),
    tables.Column("runner", "runner"),
)


def of_run(index: Index) -> tuple[tables.Table, ...]:
    """Throughput, latency and resources, one row per case in each, and how to measure each workload again."""
    return (
        _table(index, "Throughput of every case", [*_COUNTS, *_metrics("throughput"), *_FINDINGS]),
        _table(index, "Latency and lag of every case", _metrics("latency")),
        _table(index, "Memory, CPU and start-up of every case", _metrics("resources")),
        _commands(index),
    )


def whole(index: Index) -> tables.Table:
    """Everything of every case in one table, for its CSV."""
    every = [column for group in get_args(Group) for column in _metrics(group)]
    return _filled(index, "Everything of every case", [*_COUNTS, *every, *_FINDINGS], "cases.csv")


def _commands(index: Index) -> tables.Table:
    columns = [tables.Column("workload", "workload"), tables.Column("command", "command")]
    rows = [[tables.word(name), tables.word(commands.of_workload(index, name))] for name in index.workloads]
    return tables.of("How to measure each workload again", columns, rows)


def _table(index: Index, caption: str, columns: _Columns) -> tables.Table:
    return _without_blanks(_filled(index, caption, columns))


def _filled(index: Index, caption: str, columns: _Columns, file: str = "") -> tables.Table:
    rows = [
        [
            tables.word(case.workload),
            tables.count(case.concurrency),
            tables.word(case.runner if case.copy == 1 else f"{case.runner} (A/A copy)"),
            *(cell(case) for _, cell in columns),
        ]
        for case in index.summary.cases
    ]
    return tables.of(caption, [*_HEAD, *(column for column, _ in columns)], rows, file)


def _without_blanks(table: tables.Table) -> tables.Table:
    """Columns in which no measured case has a figure, and all for the same reason, become words in the caption."""
    measured = [row for row in table.rows if any(cell.value is not None for cell in row[len(_HEAD) :])]
    left_out = {
        place: measured[0][place].text
        for place in range(len(table.columns))
        if measured and all(row[place].empty and row[place].text == measured[0][place].text for row in measured)
    }
    if not left_out:
        return table
    said = "; ".join(f"{table.columns[place].title}: {reason}" for place, reason in left_out.items())
    kept = [place for place in range(len(table.columns)) if place not in left_out]
    return replace(
        table,
        caption=f"{table.caption} ({said})",
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in table.rows),
    )


def _metrics(group: Group) -> _Columns:
    """The metrics of one table, as they are defined."""
    return [
        (metrics.column(metric), lambda case, metric=metric: metrics.cell(metric, case))  # type: ignore[misc]
        for metric in ALL
        if metric.group == group
    ]


def _count(name: str, title: str) -> tuple[tables.Column, Callable[[CaseSummary], tables.Cell]]:
    return tables.Column(name, title, number=True), lambda case: tables.count(getattr(case, name))


def _status(case: CaseSummary) -> str:
    """With the reason where some blocks were lost; empty cells of the others give theirs."""
    return f"{case.status}, but: {case.reason}" if case.status == "measured" and case.reason else case.status


_COUNTS: _Columns = (
    _count("workers", "workers"),
    (tables.Column("status", "status"), lambda case: tables.word(_status(case))),
    _count("blocks", "blocks"),
    _count("turns", "turns"),
    _count("ops", "ops"),
    _count("errors", "failed"),
)
_FINDINGS: _Columns = ((tables.Column("findings", "findings"), lambda case: tables.word(", ".join(case.findings))),)
