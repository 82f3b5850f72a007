"""The floor: what each runner takes per op when the op does nothing (pure)."""

from __future__ import annotations

from bench.model import Estimate
from reports.numbers import tables, units
from reports.numbers.index import Index

NAME = "noop"
"""The workload that measures it."""


def table(index: Index) -> tables.Table | None:
    """Time per op of every runner; None when the run holds no such workload."""
    labels = [spec.label for spec in index.stored.plan.workloads if spec.name == NAME]
    cases = [case for label in labels for level in index.levels(label) for case in index.contest(label, level)]
    if not cases:
        return None
    columns = [
        tables.Column("runner", "runner"),
        tables.Column("concurrency", "C", number=True),
        tables.Column("floor_s", "time per op", estimate=True),
    ]
    rows = [
        [
            tables.word(case.runner),
            tables.count(case.concurrency),
            tables.figure(per_op(case["throughput_per_s"]), units.seconds_scale, 1.0, case.reason or "no op succeeded"),
        ]
        for case in cases
    ]
    return tables.of("Floor: time per op when the op does nothing", columns, rows, "floor.csv")


def per_op(rate: Estimate | None) -> Estimate | None:
    """Seconds per op of a rate; the interval turns round."""
    if rate is None or rate.value <= 0:
        return None
    return Estimate(
        1 / rate.value,
        None if rate.high is None else 1 / rate.high,
        None if rate.low is None else 1 / rate.low,
        rate.blocks,
    )
