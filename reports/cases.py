"""The table of every case: all numbers of the summary, twins marked, reasons in empty cells (pure)."""

from __future__ import annotations

from bench.model import CaseSummary

from reports import commands, tables, units
from reports.charts.cpu import OPS
from reports.index import Index

MS = 1e-3


def table(index: Index) -> tables.Table:
    """One row per case of the run."""
    columns = [
        tables.Column("workload", "workload"),
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        tables.Column("workers", "workers", number=True),
        tables.Column("status", "status"),
        tables.Column("blocks", "blocks", number=True),
        tables.Column("turns", "turns", number=True),
        tables.Column("ops", "ops", number=True),
        tables.Column("errors", "failed", number=True),
        tables.Column("throughput_per_s", "typical rate", estimate=True),
        tables.Column("mean_per_s", "total ops / time", estimate=True),
        tables.Column("latency_mean_ms", "latency, mean", estimate=True),
        *(tables.Column(f"latency_{name}_ms", f"latency, {name.replace('_', '.')}", estimate=True) for name in LATENCY),
        tables.Column("latency_max_ms", "largest latency [range of blocks]", estimate=True),
        *(tables.Column(f"lag_{name}_ms", f"lag, {name}", estimate=True) for name in ("p50", "p99")),
        tables.Column("lag_max_ms", "largest lag", number=True),
        tables.Column("memory_bytes", "memory", estimate=True),
        tables.Column("cpu_s_per_op", "CPU per 1,000 ops", estimate=True),
        tables.Column("cores_used", "cores used", estimate=True),
        tables.Column("startup_s", "start-up", estimate=True),
        tables.Column("little", "busy workers", number=True),
        tables.Column("fairness", "fairness", number=True),
        tables.Column("server_cores", "server cores", number=True),
        tables.Column("in_flight_max", "most in flight", number=True),
        tables.Column("connections", "connections", number=True),
        tables.Column("findings", "findings"),
        tables.Column("command", "measure again"),
    ]
    rows = [_row(index, case) for case in index.summary.cases]
    return tables.of("Every case of the run", columns, rows, "cases.csv")


LATENCY = ("p50", "p90", "p99", "p99_9")


def _row(index: Index, case: CaseSummary) -> list[tables.Cell]:
    why = case.reason or case.status
    few = case.reason if case.status != "measured" else "fewer than 10 ops beyond"
    twin = "" if case.copy == 1 else " (A/A copy)"
    return [
        tables.word(case.workload),
        tables.count(case.concurrency),
        tables.word(f"{case.runner}{twin}"),
        tables.count(case.workers),
        tables.word(f"{case.status}{f': {case.reason}' if case.reason else ''}"),
        tables.count(case.blocks),
        tables.count(case.turns),
        tables.count(case.ops),
        tables.count(case.errors),
        tables.figure(case.throughput_per_s, units.rate_scale, 1.0, why if why != "measured" else "no op succeeded"),
        tables.figure(case.mean_per_s, units.rate_scale, 1.0, why if why != "measured" else "no op succeeded"),
        tables.figure(case.latency_mean_ms, units.seconds_scale, MS, why if why != "measured" else "no op succeeded"),
        *(tables.figure(case.latency_ms.get(name), units.seconds_scale, MS, few) for name in LATENCY),
        tables.figure(case.latency_ms.get("max"), units.seconds_scale, MS, why),
        *(tables.figure(case.lag_ms.get(name), units.seconds_scale, MS, few.replace("ops", "ticks"))
          for name in ("p50", "p99")),
        tables.plain(case.lag_max_ms, units.seconds((case.lag_max_ms or 0) * MS), why),
        tables.figure(case.memory_bytes, units.bytes_scale, 1.0, why),
        tables.figure(case.cpu_s_per_op, units.seconds_scale, OPS, why),
        tables.figure(case.cores_used, units.cores_scale, 1.0, why),
        tables.figure(case.startup_s, units.seconds_scale, 1.0, why),
        tables.plain(case.little, units.share(case.little or 0), why if why != "measured" else "no op succeeded"),
        tables.plain(case.fairness, units.digits(case.fairness or 0), why),
        tables.plain(case.server_cores, units.digits(case.server_cores or 0), "no server"),
        tables.plain(case.in_flight_max, f"{case.in_flight_max or 0:,}", "not counted"),
        tables.plain(case.connections, f"{case.connections or 0:,}", "not counted"),
        tables.word(", ".join(case.findings)),
        tables.word("" if case.copy != 1 else commands.of_case(index, case)),
    ]  # fmt: skip
