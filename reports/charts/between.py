"""Run B over run A, case by case, on a log2 axis: what changed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.judge import sentences
from reports.charts import forest
from reports.drawing.chart import Chart, Row
from reports.numbers import comparison

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def chart(found: comparison.Comparison, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    rows: list[Row] = [
        {
            "runner": pair.after.runner,
            "slot": found.b.slots[pair.after.runner],
            "concurrency": pair.after.concurrency,
            "value": pair.throughput.value,
            "low": pair.throughput.low,
            "high": pair.throughput.high,
            "n": pair.throughput.blocks,
            "verdict": pair.verdict,
            "text": f"{pair.after.runner}, C = {pair.after.concurrency}: {sentences.ratio(pair.throughput)} A",
        }
        for pair in found.pairs
        if pair.after.workload == workload
    ]
    margin = found.b.stored.plan.settings.margin
    extremes = sorted(rows, key=lambda row: row["value"])
    return Chart(
        id=f"{prefix}-between",
        kind="between",
        title=f"{workload}: throughput of B over A",
        description=f"Lowest: {extremes[0]['text']}. Highest: {extremes[-1]['text']}."
        if rows
        else "Nothing to compare.",
        caption=(
            "Ratio of the geometric means of the blocks' rates, 95 % interval by Welch in logs; the blocks of two runs "
            f"are not paired. Shaded: within {margin * 100:g} %. ▲ faster, ▼ slower, = equivalent, ? inconclusive; "
            "no sign where the verdict is withheld."
        ),
        rows=rows,
        options={"margin": margin},
        table=comparison.table(found, workload, f"{prefix}-between.csv"),
        blank="" if rows else "no case was measured in both runs",
    )


def draw(frame: pd.DataFrame, *, margin: float) -> Figure:
    """One row per case."""
    return forest.draw(frame, margin=margin, baseline="run A")
