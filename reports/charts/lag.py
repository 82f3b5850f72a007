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

LEAST_S = 1e-6


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload: p99 where enough ticks lie beyond it, else the median."""
    enough = any(case["lag_p99_ms"] for case in index.cases_of(workload))
    name, other = ("p99", "p50") if enough else ("p50", "p99")
    return levels.chart(
        index, workload, prefix, "lag", [metrics.named(f"lag_{one}_ms") for one in (name, other)],
        title="Responsiveness under load", what=f"Lag, {name},",
        caption=(
            f"How late a periodic timer in the same process fires while the load runs, {name} of all blocks' ticks "
            "together, drawn at 1 µs where it is less. Measured in turns of their own. "
            f"Small dots: blocks with at least 10 ticks beyond their own {name}. {{basis}}"
        ),
        blank="too few ticks for a percentile of the lag",
    )  # fmt: skip


def draw(frame: pd.DataFrame) -> Figure:
    """Lines, log where the range is wide, which is no place for a timer that is never late."""
    shown = frame.assign(
        **{name: frame[name].map(_shown) for name in ("value", "low", "high")},
        blocks=frame["blocks"].map(lambda blocks: [_shown(value) for value in blocks]),
    )
    return levels.draw(shown, scale=units.seconds_scale, log=True)


def _shown(value: float | None) -> float | None:
    return value if value is None else max(value, LEAST_S)  # NaN stays what it is: it is not less
