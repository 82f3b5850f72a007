"""Memory of the process tree against concurrency: what does a worker hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import blocks, tables, units
from reports.charts import levels
from reports.charts.model import Chart
from reports.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    rows = levels.rows(index, workload, lambda case: case.memory_bytes, blocks.memory_bytes, units.bytes_scale, 1.0)
    column = tables.Column("memory_bytes", "memory", estimate=True)
    return Chart(
        id=f"{prefix}-memory",
        kind="memory",
        title="Memory against concurrency",
        description=levels.describe(rows, units.bytes_scale, "Memory"),
        caption=(
            "Memory of the whole process tree under load, shared pages counted once. "
            f"{levels.basis(index, workload, lambda case: case.memory_bytes)} Each further worker adds: "
            f"{worker_costs(index, workload) or 'not known, one concurrency only'}."
        ),
        rows=rows,
        table=levels.table(
            index, workload, [(column, lambda case: case.memory_bytes, units.bytes_scale, 1.0)],
            f"Memory of {workload}", f"{prefix}-memory.csv",
        ),
        blank="" if rows else "no memory was read: no case of this workload was measured",
    )  # fmt: skip


def worker_costs(index: Index, workload: str) -> str:
    """``threads 41.2 [40.8, 41.6] KiB, …``: the slope between the least and the most workers, paired by block."""
    parts = []
    for runner in index.runners:
        held = [
            (level, blocks.memory_bytes(index.trials.get((workload, level, runner, 1), ())))
            for level in index.levels(workload)
        ]
        held = [(level, values) for level, values in held if values]
        if runner in index.serial or len(held) < 2:
            continue
        (low, small), (high, large) = held[0], held[-1]
        slope = blocks.per_worker(small, large, high - low)
        if slope:
            parts.append(f"{runner} {units.estimate(slope, units.bytes_scale)}")
    return ", ".join(parts)


def draw(frame: pd.DataFrame) -> Figure:
    """Lines from zero."""
    return levels.draw(frame, scale=units.bytes_scale, log=False)
