"""Memory of the process tree against concurrency: what does a worker hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import levels
from reports.drawing.chart import Chart
from reports.numbers import blocks, tables, units, worker_costs
from reports.numbers.index import Index

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
            f"{worker_costs.told(index, workload) or 'not known, one concurrency only'}."
        ),
        rows=rows,
        table=levels.table(
            index, workload, [(column, lambda case: case.memory_bytes, units.bytes_scale, 1.0)],
            f"Memory of {workload}", f"{prefix}-memory.csv",
        ),
        blank="" if rows else "no memory was read: no case of this workload was measured",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines from zero."""
    return levels.draw(frame, scale=units.bytes_scale, log=False)
