"""Start-up: what is paid before the first op, once per process."""

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
        index, workload, prefix, "startup", [metrics.named("startup_s")],
        title="Start-up", what="Start-up",
        caption=(
            "From the launch of the process until all its workers stand ready, imports included. The contestants of a "
            "workload are launched together, so they share the machine meanwhile. {basis}"
        ),
        blank="nothing was launched",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines from zero."""
    return levels.draw(frame, scale=units.seconds_scale, log=False)
