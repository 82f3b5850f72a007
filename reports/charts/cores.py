"""Cores used against concurrency: who computes on more than one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.judge import metrics
from reports.charts import levels
from reports.drawing.chart import Chart
from reports.numbers import units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    return levels.chart(
        index, workload, prefix, "cores", [metrics.named("cores_used")],
        title="Cores used", what="Cores used",
        caption=(
            "CPU seconds of the runner's process tree per second of its turns. {basis}"
        ),
        blank="no CPU time was read: no case of this workload was measured",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines from zero."""
    return levels.draw(frame, scale=units.cores_scale, log=False)
