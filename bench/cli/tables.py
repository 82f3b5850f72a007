"""The tables of a run: a row per runner and concurrency, in as many tables as the terminal has too few columns for.

Nothing is cut and nothing dropped: what does not fit beside the first columns stands below, under the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.api import Run
from bench.cli import times
from bench.cli.terminal import Part, Terminal, width_of
from bench.judge import sentences
from bench.model import CaseSummary, WorkloadSpec

_GAP = "  "
_KEYS = 2
"""Columns that every table begins with: concurrency and runner."""

MARK = "!"
LEGEND = f"{MARK} beside a rate: a finding speaks of this case"

Row = list[Part]


def of_workload(terminal: Terminal, run: Run, spec: WorkloadSpec, baseline: str) -> bool:
    """Write the table of one workload; tell whether a cell is marked."""
    header, rows = _cells(run, spec, baseline)
    terminal.line((f"{spec.label}: ", "bold"), spec.summary)
    widths = [max(map(_width, column)) for column in zip(header, *rows, strict=True)]
    for columns in _fitting(widths, terminal.width):
        terminal.blank()
        for number, row in enumerate((header, *rows)):
            terminal.table(list(_aligned(row, columns, widths)))
            if number == 0:
                terminal.table([("─" * _total(columns, widths), "dim")])
    return any(MARK in _plain(cell) for row in rows for cell in row[_KEYS:])


def _cells(run: Run, spec: WorkloadSpec, baseline: str) -> tuple[Row, list[Row]]:
    header: Row = ["C", "runner", "ops/s", f"vs {baseline}", "p50", "p99", "memory", "CPU/op", "cores"]
    ratios = {
        (pair.concurrency, pair.runner): pair
        for pair in run.summary.comparisons
        if pair.workload == spec.label and pair.baseline == baseline and pair.copy == 1
    }
    rows = []
    for case in run.summary.cases:
        if case.workload != spec.label or case.copy != 1:
            continue
        pair = ratios.get((case.concurrency, case.runner))
        ratio = "baseline" if case.runner == baseline else sentences.ratio(pair.ratio) if pair else "-"
        against: Part = (ratio, "green") if pair and pair.verdict == "faster" else ratio
        rows.append([str(case.concurrency), case.runner, *_figures(case, against)])
    return [(_plain(name), "bold") for name in header], rows


def _figures(case: CaseSummary, against: Part) -> Row:
    rate, memory, cpu, cores = (
        case[name] for name in ("throughput_per_s", "memory_bytes", "cpu_s_per_op", "cores_used")
    )
    if rate is None:
        return [(case.status, "dim"), "", "", "", "", "", ""]
    p50, p99 = case["latency_p50_ms"], case["latency_p99_ms"]
    return [
        f"{sentences.number(rate.value)}{MARK if case.findings else ''}",
        against,
        times.short(p50.value / 1e3) if p50 else "-",
        times.short(p99.value / 1e3) if p99 else "-",
        f"{memory.value / 2**20:.1f} MiB" if memory else "-",
        times.short(cpu.value) if cpu else "-",
        f"{cores.value:.2f}" if cores else "-",
    ]


def reasons(run: Run, spec: WorkloadSpec) -> dict[str, str]:
    """Why cells are empty or incomplete: reason -> the cells it holds for."""
    where: dict[str, list[str]] = {}
    for case in run.summary.cases:
        if case.workload == spec.label and case.copy == 1 and case.reason:
            where.setdefault(case.reason, []).append(f"{case.runner} at C = {case.concurrency}")
    return {reason: ", ".join(cells) for reason, cells in where.items()}


def _fitting(widths: Sequence[int], total: int) -> Iterator[list[int]]:
    """Columns of one table after the other: the keys, and as many of the rest as fit, at least one."""
    keys = list(range(_KEYS))
    columns = list(keys)
    for column in range(_KEYS, len(widths)):
        if columns != keys and _total([*columns, column], widths) > total:
            yield columns
            columns = list(keys)
        columns.append(column)
    yield columns


def _total(columns: Sequence[int], widths: Sequence[int]) -> int:
    return sum(widths[column] for column in columns) + len(_GAP) * (len(columns) - 1)


def _aligned(row: Row, columns: Sequence[int], widths: Sequence[int]) -> Iterator[Part]:
    """The cells of a row with what is between them: names to the left, numbers to the right."""
    for place, column in enumerate(columns):
        padding = " " * (widths[column] - _width(row[column]))
        gap = _GAP if place else ""
        if column == 1:
            yield from (gap, row[column], padding)
        else:
            yield from (gap + padding, row[column])


def _plain(cell: Part) -> str:
    return cell if isinstance(cell, str) else cell[0]


def _width(cell: Part) -> int:
    return width_of(_plain(cell))
