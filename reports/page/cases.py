"""The tables of every case: all numbers of the summary, twins marked, reasons in empty cells (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    """Throughput, latency, resources, and how to measure each case again: one row per case in each."""
    again = [(tables.Column("command", "command"), lambda case: tables.word(_command(index, case)))]
    return (
        _table(index, "Throughput of every case", "throughput.csv", [*_COUNTS, *_metrics("throughput"), *_FINDINGS]),
        _table(index, "Latency and lag of every case", "latency.csv", _metrics("latency")),
        _table(index, "Memory, CPU and start-up of every case", "resources.csv", _metrics("resources")),
        _table(index, "How to measure each case again", "commands.csv", again),
    )


def _table(index: Index, caption: str, file: str, columns: _Columns) -> tables.Table:
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


def _command(index: Index, case: CaseSummary) -> str:
    return "" if case.copy != 1 else commands.of_case(index, case)


_COUNTS: _Columns = (
    _count("workers", "workers"),
    (tables.Column("status", "status"), lambda case: tables.word(_status(case))),
    _count("blocks", "blocks"),
    _count("turns", "turns"),
    _count("ops", "ops"),
    _count("errors", "failed"),
)
_FINDINGS: _Columns = ((tables.Column("findings", "findings"), lambda case: tables.word(", ".join(case.findings))),)
