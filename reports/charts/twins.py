"""The A/A strip: one runner against a second copy of itself, which shows what noise alone makes of a ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.judge import sentences
from reports.drawing.chart import Chart
from reports.numbers import tables
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

ROW = 20


def chart(index: Index, prefix: str) -> Chart:
    """Rows and words for the whole run."""
    margin = index.stored.plan.settings.margin
    rows, lines = [], []
    for (workload, level, runner), pair in index.twin_pairs.items():
        text = f"{workload}, C = {level}, {runner} against itself: {sentences.ratio(pair.ratio)}"
        rows.append(
            {"workload": workload, "concurrency": level, "runner": runner, "slot": index.slots[runner],
             "value": pair.ratio.value, "low": pair.ratio.low, "high": pair.ratio.high, "text": text}
        )  # fmt: skip
        cell = tables.Cell(sentences.ratio(pair.ratio), pair.ratio.value, pair.ratio.low, pair.ratio.high)
        lines.append([tables.word(workload), tables.count(level), tables.word(runner), cell])
    columns = [
        tables.Column("workload", "workload"),
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        tables.Column("ratio", "second copy over first", estimate=True),
    ]
    return Chart(
        id=f"{prefix}-twins",
        kind="twins",
        title="A/A strip: the noise floor of this run",
        description=" ".join(f"{row['text']}." for row in rows) or "No twin took part.",
        caption=(
            "The same runner measured twice in one contest; a true ratio of 1. An interval that misses 1 is a false "
            f"alarm, and one in twenty is expected to. Shaded: within {margin * 100:g} %."
        ),
        rows=rows,
        options={"margin": margin},
        table=tables.of("Ratios of identical contestants", columns, lines, f"{prefix}-twins.csv"),
        blank="" if rows else "no twin took part in this run: no contest ran a second copy of one runner",
    )


def draw(frame: pd.DataFrame, *, margin: float) -> Figure:
    """One row per contest that holds a twin."""
    from reports.drawing import panel

    height = 12 + ROW * len(frame) + 34
    figure, axes = panel.panel(height, left=118, right=14, top=4)
    axes.set_ylim(len(frame) - 0.4, -0.6)
    lows = [*frame["low"].dropna(), *frame["value"], 1 / (1 + margin) ** 1.5]
    highs = [*frame["high"].dropna(), *frame["value"], (1 + margin) ** 1.5]
    axes.set_xlim(min(lows) * 0.99, max(highs) * 1.01)
    step = panel.nice_step((max(highs) - min(lows)) / 4)
    ticks = [1 + step * k for k in range(-20, 21) if min(lows) * 0.99 <= 1 + step * k <= max(highs) * 1.01]
    panel.x_ticks(axes, ticks, [f"{tick:.4g}" for tick in ticks], "second copy over first", grid=True)
    panel.likeness(axes, margin)
    looks = panel.looks(frame)
    for place, row in enumerate(frame.to_dict("records")):
        look = looks[row["runner"]]
        if panel.given(row["low"]):
            panel.intervals(axes, [((row["low"], row["high"]), (place, place))], look)
        panel.marks(axes, [row["value"]], [place], look, [row["text"]])
        figure.text(8 / panel.WIDTH, 1 - (4 + (place + 0.6) / len(frame) * (height - 38)) / height,
                    panel.cut(f"{row['workload']}, {row['runner']}", 18), fontsize=panel.TEXT - 0.5,
                    color=panel.INK, va="center_baseline")  # fmt: skip
    return figure
