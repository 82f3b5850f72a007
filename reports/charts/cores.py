"""Cores used against concurrency: who computes on more than one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import levels
from reports.drawing.chart import Chart
from reports.numbers import blocks, tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    rows = levels.rows(index, workload, lambda case: case.cores_used, blocks.cores_used, units.cores_scale, 1.0)
    column = tables.Column("cores_used", "cores used", estimate=True)
    return Chart(
        id=f"{prefix}-cores",
        kind="cores",
        title="Cores used",
        description=levels.describe(rows, units.cores_scale, "Cores used"),
        caption=(
            "CPU seconds of the runner's process tree per second of its turns. "
            + levels.basis(index, workload, lambda case: case.cores_used)
        ),
        rows=rows,
        table=levels.table(
            index, workload, [(column, lambda case: case.cores_used, units.cores_scale, 1.0)],
            f"Cores used by {workload}", f"{prefix}-cores.csv",
        ),
        blank="" if rows else "no CPU time was read: no case of this workload was measured",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines from zero."""
    return levels.draw(frame, scale=units.cores_scale, log=False)
