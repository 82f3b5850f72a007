"""The winner map: who leads at which CPU share of an op and how many workers; hatched where it is a dead heat."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from bench.judge import sentences
from reports.drawing.chart import Chart, Row
from reports.numbers import tables, units
from reports.numbers.index import Index
from reports.numbers.winner_map import Cell, Map

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 30
HATCHES = 4
HATCH = 0.7
"""Strokes of a cell, and how wide they are."""


def chart(index: Index, found: Map, prefix: str) -> Chart:
    """Rows and words for the whole run."""
    rows, lines = [], []
    for cell in found.cells:
        text = sentences.of_contest(index.summary, cell.workload, cell.level)
        rows += _rows(index, cell, text)
        words = tables.word(", ".join(cell.standing.leaders)), tables.word(text.partition(": ")[2])
        lines.append([tables.word(f"{cell.share:.0%}"), tables.count(cell.level), *words])
    columns = [
        tables.Column("share", "CPU share of an op", number=True),
        tables.Column("concurrency", "C", number=True),
        tables.Column("leaders", "leads"),
        tables.Column("answer", "answer"),
    ]
    alone = sorted({cell.standing.first for cell in found.cells if len(cell.standing.leaders) == 1})
    heats = sum(len(cell.standing.leaders) > 1 for cell in found.cells)
    return Chart(
        id=f"{prefix}-winner-map",
        kind="winner_map",
        title="Winner map: which runner leads where",
        description=f"{units.join(alone) or 'Nobody'} lead{'s' if len(alone) == 1 else ''} alone somewhere; "
        f"{heats} of {len(found.cells)} contests are dead heats or undecided.",
        caption=(
            "From left to right, how much of one op computes, and from bottom to top, the workers. The colour and the "
            "mark are of the highest throughput; all marks of a cell share its lead. Hatched: no verdict tells its "
            "leaders apart, a dead heat or undecided. " + _placed(found)
        ),
        rows=rows,
        options={"placed": [[name, share] for name, share in found.placed.items()]},
        table=tables.of("Who leads at which CPU share", columns, lines, f"{prefix}-winner-map.csv"),
    )


def _rows(index: Index, cell: Cell, text: str) -> list[Row]:
    return [
        {
            "runner": runner, "slot": index.slots[runner], "share": cell.share, "concurrency": cell.level,
            "first": runner == cell.standing.first, "text": text,
        }
        for runner in cell.standing.leaders
    ]  # fmt: skip


def _placed(found: Map) -> str:
    if not found.placed:
        return "A workload that is measured in the same run stands at its own CPU share: bench run mine --suite map."
    told = units.join([f"{name} ({share:.0%})" for name, share in found.placed.items()])
    return f"By their measured CPU share, the other workloads of this run stand here: {told}."


def draw(frame: pd.DataFrame, *, placed: list[list[object]]) -> Figure:
    """A cell per contest."""
    from reports.drawing import panel

    shares, levels = sorted(set(frame["share"])), sorted(set(frame["concurrency"]))
    top = 20 + 13 * bool(placed)
    figure, axes = panel.panel(ROW * len(levels) + top + 34, top=top)
    axes.set_xlim(0, len(shares))
    axes.set_ylim(0, len(levels))
    panel.x_ticks(axes, [column + 0.5 for column in range(len(shares))], [f"{share:.0%}" for share in shares],
                  "CPU share of an op")  # fmt: skip
    panel.y_ticks(axes, [row + 0.5 for row in range(len(levels))], [str(level) for level in levels], "workers")
    looks = panel.looks(frame)
    for (share, level), cell in frame.groupby(["share", "concurrency"]):
        column, row = shares.index(share), levels.index(level)
        _cell(axes, column, row, looks[cell[cell["first"]]["runner"].iloc[0]].light, heat=len(cell) > 1)
        for place, one in enumerate(cell.to_dict("records")):
            x = column + (place + 1) / (len(cell) + 1)
            panel.marks(axes, [x], [row + 0.5], looks[one["runner"]], [one["text"]])
    panel.gutter(axes, [(name, len(levels) - 0.4 - k * 0.5, look) for k, (name, look) in enumerate(looks.items())])
    _stand(axes, shares, len(levels), placed)
    return figure


def _cell(axes: Axes, column: int, row: int, colour: str, *, heat: bool) -> None:
    from reports.drawing import panel

    gap = 0.03
    left, right, low, high = column + gap, column + 1 - gap, row + gap, row + 1 - gap
    panel.area(axes, [(left, low), (right, low), (right, high), (left, high)], colour)
    if heat:
        for stroke in range(1, HATCHES + 1):
            x = left + (right - left) * stroke / (HATCHES + 1)
            slant = (right - left) / (HATCHES + 1) / 2
            panel.curve(axes, [x - slant, x + slant], [low, high], panel.MUTED, width=HATCH, zorder=2.5)


def _stand(axes: Axes, shares: list[float], height: int, placed: list[list[object]]) -> None:
    """A line for each other workload at its share, between the columns' middles."""
    from reports.drawing import panel

    for name, share in placed:
        x = _place(shares, float(str(share)))
        panel.curve(axes, [x, x], [0, height], panel.INK, width=1.1, line=":", zorder=3.5)
        axes.text(x, height + 0.12, panel.cut(str(name), 9), fontsize=panel.TEXT - 1.5, color=panel.INK, ha="center")


def _place(shares: list[float], share: float) -> float:
    """Where a share stands among columns that are of one width, whatever lies between them."""
    at = bisect.bisect_left(shares, share)
    if at == 0:
        return 0.5 * share / shares[0] if shares[0] else 0.5
    if at == len(shares):
        return at - 0.5 + 0.5 * (share - shares[-1]) / max(1 - shares[-1], 1e-9)
    return at - 0.5 + (share - shares[at - 1]) / (shares[at] - shares[at - 1])
