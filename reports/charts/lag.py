"""Responsiveness: how late does a timer beside the load fire, against concurrency?"""

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
    """Rows and words for one workload: p99 where enough ticks lie beyond it, else the median."""
    enough = any(case["lag_p99_ms"] for case in index.cases_of(workload))
    name, other = ("p99", "p50") if enough else ("p50", "p99")
    return levels.chart(
        index, workload, prefix, "lag", [metrics.named(f"lag_{one}_ms") for one in (name, other)],
        title="Responsiveness under load", what=f"Lag, {name},",
        caption=(
            f"How late a periodic timer in the same process fires while the load runs, {name} of all blocks' ticks "
            "together. Measured in turns of their own. "
            f"Small dots: blocks with at least 10 ticks beyond their own {name}. {{basis}}"
        ),
        blank="too few ticks for a percentile of the lag",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines, log where the range is wide."""
    return levels.draw(frame, scale=units.seconds_scale, log=True)
