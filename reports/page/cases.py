"""The tables of every case: all numbers of the summary, twins marked, reasons in empty cells (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.model import CaseSummary, Estimate
from reports.charts.cpu import OPS
from reports.numbers import tables, units
from reports.numbers.index import Index
from reports.words import commands

MS = 1e-3
LATENCY = ("p50", "p90", "p99", "p99_9")

_Figure = Callable[[CaseSummary], tables.Cell]
_HEAD = (
    tables.Column("workload", "workload"),
    tables.Column("concurrency", "C", number=True),
    tables.Column("runner", "runner"),
)


def of_run(index: Index) -> tuple[tables.Table, ...]:
    """Throughput, latency, resources, and how to measure each case again: one row per case in each."""
    return (
        _table(index, "Throughput of every case", "throughput.csv", _THROUGHPUT),
        _table(index, "Latency and lag of every case", "latency.csv", _LATENCY),
        _table(index, "Memory, CPU and start-up of every case", "resources.csv", _RESOURCES),
        _table(index, "How to measure each case again", "commands.csv", [
            (tables.Column("command", "command"),
             lambda case: tables.word("" if case.copy != 1 else commands.of_case(index, case))),
        ]),
    )  # fmt: skip


def _table(index: Index, caption: str, file: str, columns: Sequence[tuple[tables.Column, _Figure]]) -> tables.Table:
    rows = [
        [
            tables.word(case.workload),
            tables.count(case.concurrency),
            tables.word(case.runner if case.copy == 1 else f"{case.runner} (A/A copy)"),
            *(figure(case) for _, figure in columns),
        ]
        for case in index.summary.cases
    ]
    return tables.of(caption, [*_HEAD, *(column for column, _ in columns)], rows, file)


def _estimate(
    name: str, title: str, figure: Callable[[CaseSummary], Estimate | None],
    scale: Callable[[float], units.Scale], base: float, few: str = "no op succeeded",
) -> tuple[tables.Column, _Figure]:  # fmt: skip
    return (
        tables.Column(name, title, estimate=True),
        lambda case: tables.figure(figure(case), scale, base, _why(case, few)),
    )


def _percentile(figures: str, name: str) -> Callable[[CaseSummary], Estimate | None]:
    return lambda case: getattr(case, figures).get(name)


def _count(name: str, title: str, figure: Callable[[CaseSummary], int]) -> tuple[tables.Column, _Figure]:
    return tables.Column(name, title, number=True), lambda case: tables.count(figure(case))


def _extreme(
    name: str, title: str, figure: Callable[[CaseSummary], float | None], text: Callable[[float], str], few: str
) -> tuple[tables.Column, _Figure]:
    return (
        tables.Column(name, title, number=True),
        lambda case: tables.plain(figure(case), text(figure(case) or 0.0), _why(case, few)),
    )


def _status(case: CaseSummary) -> str:
    """With the reason where some blocks were lost; empty cells of the others give theirs."""
    return f"{case.status}, but: {case.reason}" if case.status == "measured" and case.reason else case.status


def _why(case: CaseSummary, few: str) -> str:
    """Why a cell is empty: the case's own reason where it was not measured, else what the figure lacked."""
    return few if case.status == "measured" else case.reason or case.status


_THROUGHPUT = (
    _count("workers", "workers", lambda case: case.workers),
    (tables.Column("status", "status"), lambda case: tables.word(_status(case))),
    _count("blocks", "blocks", lambda case: case.blocks),
    _count("turns", "turns", lambda case: case.turns),
    _count("ops", "ops", lambda case: case.ops),
    _count("errors", "failed", lambda case: case.errors),
    _estimate("throughput_per_s", "typical rate", lambda case: case.throughput_per_s, units.rate_scale, 1.0),
    _estimate("mean_per_s", "total ops / total time", lambda case: case.mean_per_s, units.rate_scale, 1.0),
    (tables.Column("findings", "findings"), lambda case: tables.word(", ".join(case.findings))),
)
_FEW_OPS, _FEW_TICKS = "fewer than 10 ops beyond", "fewer than 10 ticks beyond"
_LATENCY = (
    _estimate("latency_mean_ms", "mean", lambda case: case.latency_mean_ms, units.seconds_scale, MS),
    *(
        _estimate(f"latency_{name}_ms", name.replace("_", "."), _percentile("latency_ms", name),
                  units.seconds_scale, MS, _FEW_OPS)
        for name in LATENCY
    ),
    _estimate("latency_max_ms", "largest [range of the blocks' largest]", lambda case: case.latency_ms.get("max"),
              units.seconds_scale, MS),
    *(
        _estimate(f"lag_{name}_ms", f"lag, {name}", _percentile("lag_ms", name),
                  units.seconds_scale, MS, _FEW_TICKS)
        for name in ("p50", "p99")
    ),
    _extreme("lag_max_ms", "largest lag seen", lambda case: case.lag_max_ms,
             lambda value: units.seconds(value * MS), "no tick"),
)  # fmt: skip
_RESOURCES = (
    _estimate("memory_bytes", "memory", lambda case: case.memory_bytes, units.bytes_scale, 1.0, "not read"),
    _estimate("cpu_s_per_op", "CPU time per 1,000 ops", lambda case: case.cpu_s_per_op, units.seconds_scale, OPS),
    _estimate("cores_used", "cores used", lambda case: case.cores_used, units.cores_scale, 1.0, "not read"),
    _estimate("startup_s", "start-up", lambda case: case.startup_s, units.seconds_scale, 1.0, "not timed"),
    _extreme("little", "time in ops", lambda case: case.little, units.share, "not known"),
    _extreme("fairness", "fairness of workers", lambda case: case.fairness, units.digits, "not known"),
    _extreme("server_cores", "server's cores", lambda case: case.server_cores, units.digits, "no server"),
    _extreme("in_flight_max", "most in flight", lambda case: case.in_flight_max, lambda n: f"{n:,.0f}", "not counted"),
    _extreme("connections", "connections", lambda case: case.connections, lambda n: f"{n:,.0f}", "not counted"),
)
