"""Responsiveness: how late does a timer beside the load fire, against concurrency?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.model import TrialResult
from reports.charts import levels
from reports.drawing.chart import Chart
from reports.numbers import blocks, tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MS = 1e-3


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload: p99 where enough ticks lie beyond it, else the median."""
    name = "p99" if any(case.lag_ms.get("p99") for case in index.cases.values() if case.workload == workload) else "p50"
    share = 0.99 if name == "p99" else 0.5

    def values(trials: Sequence[TrialResult]) -> Mapping[int, float]:
        return {block: value / MS for block, value in blocks.lag_s(trials, share).items()}

    rows = levels.rows(index, workload, lambda case: case.lag_ms.get(name), values, units.seconds_scale, MS)
    columns = [(tables.Column(f"lag_{one}_ms", f"lag, {one}", estimate=True), one) for one in ("p50", "p99")]
    return Chart(
        id=f"{prefix}-lag",
        kind="lag",
        title="Responsiveness under load",
        description=levels.describe(rows, units.seconds_scale, f"Lag, {name},"),
        caption=(
            f"How late a periodic timer in the same process fires while the load runs, {name} of all blocks' ticks "
            "together. Measured in turns of their own. "
            f"Small dots: blocks with at least 10 ticks beyond their own {name}. "
            + levels.basis(index, workload, lambda case: case.lag_ms.get(name)).replace("Student t", "jackknife")
        ),
        rows=rows,
        table=levels.table(
            index, workload,
            [(column, lambda case, one=one: case.lag_ms.get(one), units.seconds_scale, MS)  # type: ignore[misc]
             for column, one in columns],
            f"Lag of {workload}", f"{prefix}-lag.csv",
        ),
        blank="" if rows else "too few ticks for a percentile of the lag",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines, log where the range is wide."""
    return levels.draw(frame, scale=units.seconds_scale, log=True)
