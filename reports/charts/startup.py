"""Start-up: what is paid before the first op, once per process."""

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
    rows = levels.rows(index, workload, lambda case: case.startup_s, blocks.startup_s, units.seconds_scale, 1.0)
    column = tables.Column("startup_s", "start-up", estimate=True)
    return Chart(
        id=f"{prefix}-startup",
        kind="startup",
        title="Start-up",
        description=levels.describe(rows, units.seconds_scale, "Start-up"),
        caption=(
            "From the launch of the process until all its workers stand ready, imports included. The contestants of a "
            "workload are launched together, so they share the machine meanwhile. "
            + levels.basis(index, workload, lambda case: case.startup_s)
        ),
        rows=rows,
        table=levels.table(
            index, workload, [(column, lambda case: case.startup_s, units.seconds_scale, 1.0)],
            f"Start-up of {workload}", f"{prefix}-startup.csv",
        ),
        blank="" if rows else "nothing was launched",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines from zero."""
    return levels.draw(frame, scale=units.seconds_scale, log=False)
