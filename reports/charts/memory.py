"""Memory of the process tree against concurrency: what does a worker hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.judge import metrics
from reports.charts import levels
from reports.drawing.chart import Chart
from reports.numbers import units, worker_costs
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    slope = worker_costs.told(index, workload) or "not known, one concurrency only"
    return levels.chart(
        index, workload, prefix, "memory", [metrics.named("memory_bytes")],
        title="Memory against concurrency", what="Memory",
        caption=(
            "The most that the whole process tree held in a turn under load, shared pages counted once. {basis} Each "
            "further worker adds: "
            f"{slope}."
        ),
        blank="no memory was read: no case of this workload was measured",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines from zero."""
    return levels.draw(frame, scale=units.bytes_scale, log=False)
