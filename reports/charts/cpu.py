"""CPU time per 1,000 ops against concurrency: what does an op cost, the runner's own work included?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import levels
from reports.drawing.chart import Chart
from reports.numbers import blocks, tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

OPS = 1000


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    rows = levels.rows(index, workload, lambda case: case.cpu_s_per_op, blocks.cpu_s_per_op, units.seconds_scale, OPS)
    column = tables.Column("cpu_s_per_op", "CPU time per 1,000 ops", estimate=True)
    return Chart(
        id=f"{prefix}-cpu",
        kind="cpu",
        title="CPU time per 1,000 ops",
        description=levels.describe(rows, units.seconds_scale, "CPU time per 1,000 ops"),
        caption=(
            "User and system time of the runner's process tree, a server's not included, over whole turns. "
            + levels.basis(index, workload, lambda case: case.cpu_s_per_op)
        ),
        rows=rows,
        table=levels.table(
            index, workload, [(column, lambda case: case.cpu_s_per_op, units.seconds_scale, OPS)],
            f"CPU time per 1,000 ops of {workload}; the CSV gives seconds per op", f"{prefix}-cpu.csv",
        ),
        blank="" if rows else "no CPU time was read: no case of this workload was measured",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines, log where the range is wide."""
    return levels.draw(frame, scale=units.seconds_scale, log=True)
