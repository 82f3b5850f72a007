"""Side B over side A, case by case, on a log2 axis: what changed from one to the other?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import forest
from reports.drawing.chart import Chart, Row
from reports.numbers import comparison, units, welch

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def chart(found: comparison.Comparison, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    rows: list[Row] = [
        {
            "runner": pair.key[2],
            "slot": found.b.runs[-1].slots[pair.key[2]],
            "concurrency": pair.key[1],
            "value": pair.throughput.ratio.value,
            "low": pair.throughput.ratio.low,
            "high": pair.throughput.ratio.high,
            "each": list(pair.each) if len(pair.each) > 1 else [],
            "instead": "not paired",
            "verdict": pair.verdict,
            "text": f"{pair.name}: {pair.throughput.words}",
        }
        for pair in found.pairs
        if pair.workload == workload
    ]
    extremes = sorted(rows, key=lambda row: row["value"])
    return Chart(
        id=f"{prefix}-between",
        kind="between",
        title=f"{workload}: throughput of B over A",
        description=f"Lowest: {extremes[0]['text']}. Highest: {extremes[-1]['text']}."
        if rows
        else "Nothing to compare.",
        caption=_caption(found, rows),
        rows=rows,
        options={"margin": found.margin},
        table=comparison.table(found, workload, f"{prefix}-between.csv"),
        blank="" if rows else "no case was measured on both sides",
    )


def _caption(found: comparison.Comparison, rows: list[Row]) -> str:
    """What the interval is, or that there is none."""
    text = "Ratio of the geometric means of the runs' rates, between runs, not paired. "
    if any(row["low"] is not None for row in rows):
        a, b = (units.span([len(side.runs)], "run") for side in (found.a, found.b))
        text += f"95 % interval by Welch in logs, over one value per run, {b} of B and {a} of A. "
    else:
        text += (
            "There is no interval: what changed from one run to another is in every ratio, and the blocks within a run "
            f"cannot show it. {welch.MIN_RUNS} runs of each side give one. "
        )
    if any(row["each"] for row in rows):
        text += "Small dots: every run of B over every run of A. "
    text += f"Shaded: within {found.margin * 100:g} %."
    return f"{text} ▲ faster, ▼ slower, = equivalent, ? inconclusive." if any(row["verdict"] for row in rows) else text


def draw(frame: pd.DataFrame, *, margin: float) -> Figure:
    """One row per case."""
    return forest.draw(frame, margin=margin, baseline="A")
