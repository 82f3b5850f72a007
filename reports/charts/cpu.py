"""CPU time per 1,000 ops against concurrency: what does an op cost, the runner's own work included?"""

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
        index, workload, prefix, "cpu", [metrics.named("cpu_s_per_op")],
        title="CPU time per 1,000 ops", what="CPU time per 1,000 ops",
        caption=(
            "User and system time of the runner's process tree, a server's not included, over whole turns; "
            "the CSV gives seconds per op. {basis}"
        ),
        blank="no CPU time was read: no case of this workload was measured",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines, log where the range is wide."""
    return levels.draw(frame, scale=units.seconds_scale, log=True)
