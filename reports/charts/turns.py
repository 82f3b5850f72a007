"""Turns in the order in which they were taken: drift, and the machine's slow phases."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from reports.drawing.chart import Chart, Row
from reports.numbers import tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LEAST = 1 / 256
"""Lowest relative rate that is drawn as what it is."""
MOST = 600
"""Marks drawn; beyond it the turns of a case within one block become one mark."""


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload; rates are relative to the case's own median."""
    turns = _relative(index, workload)
    merged = len(turns) > MOST
    rows = _by_block(turns) if merged else turns
    for row in rows:
        row["minutes"] = round(row["minutes"], 3)
        row["value"] = round(row["value"], 4)
    return Chart(
        id=f"{prefix}-turns",
        kind="turns",
        title="Turns in time order",
        description=_describe(rows),
        caption=(
            f"Rate of {'all turns of a case in a block' if merged else 'every turn'} relative to the case's median, "
            f"against the time since the run began; {len(turns):,} turns. No estimates: look for drift and slow phases."
        ),
        rows=rows,
        table=_table(workload, rows),
        blank="" if rows else "no turn was taken",
        wide=False,
    )


def _relative(index: Index, workload: str) -> list[Row]:
    rows = []
    for (_, level, runner, copy), trials in sorted(index.trials_of(workload).items()):
        turns = [(trial.block, turn) for trial in trials for turn in trial.turns if turn.ops > 0 < turn.window_s]
        if copy != 1 or not turns:
            continue
        middle = statistics.median(turn.ops / turn.window_s for _, turn in turns)
        rows += [
            {
                "runner": runner, "slot": index.slots[runner], "concurrency": level, "block": block,
                "minutes": (turn.started_s - index.began_s) / 60, "value": turn.ops / turn.window_s / middle,
            }
            for block, turn in turns
        ]  # fmt: skip
    return sorted(rows, key=lambda row: row["minutes"])


def _by_block(turns: list[Row]) -> list[Row]:
    groups: dict[tuple[str, int, int], list[Row]] = {}
    for turn in turns:
        groups.setdefault((turn["runner"], turn["concurrency"], turn["block"]), []).append(turn)
    return [
        {
            **group[0],
            "minutes": statistics.mean(turn["minutes"] for turn in group),
            "value": statistics.median(turn["value"] for turn in group),
        }
        for group in groups.values()
    ]


def _describe(rows: list[Row]) -> str:
    if not rows:
        return "No turn was taken."
    values = sorted(row["value"] for row in rows)
    return (
        f"Relative rates from {units.digits(values[0])} to {units.digits(values[-1])} of the case's median over "
        f"{units.digits(max(row['minutes'] for row in rows))} minutes."
    )


def _table(workload: str, rows: list[Row]) -> tables.Table:
    groups: dict[tuple[int, int, str], list[float]] = {}
    for row in rows:
        groups.setdefault((row["concurrency"], row["block"], row["runner"]), []).append(row["value"])
    runners = list(dict.fromkeys(row["runner"] for row in sorted(rows, key=lambda row: row["slot"])))
    lines = []
    for level, block in sorted({(level, block) for level, block, _ in groups}):
        cells = []
        for runner in runners:
            values = groups.get((level, block, runner))
            middle = statistics.median(values) if values else None
            cells.append(tables.plain(middle, units.digits(middle or 0.0), "not in this block"))
        lines.append([tables.count(level), tables.count(block + 1), *cells])
    columns = [
        tables.Column("concurrency", "C", number=True),
        tables.Column("block", "block", number=True),
        *(tables.Column(runner, runner, number=True) for runner in runners),
    ]
    caption = f"Turns of {workload}: median of each block relative to the case's median; raw figures, no estimates"
    return tables.of(caption, columns, lines)


def draw(frame: pd.DataFrame) -> Figure:
    """Dots over time."""
    from reports.drawing import panel

    figure, axes = panel.panel(210, left=40)
    frame = frame.assign(value=frame["value"].clip(lower=LEAST))  # a turn in which hardly an op ended
    low, high = min(0.5, float(frame["value"].min())), max(1.5, float(frame["value"].max()))
    axes.set_yscale("log", base=2)
    axes.set_ylim(low / 1.05, high * 1.05)
    ticks = [tick for tick in (1 / 64, 1 / 16, 1 / 4, 1 / 2, 1, 2, 4, 16, 64) if low / 1.05 <= tick <= high * 1.05]
    panel.y_ticks(axes, ticks, [units.tick(tick) for tick in ticks], "relative rate")
    last = float(frame["minutes"].max())
    axes.set_xlim(-last * 0.02, max(last * 1.02, 0.1))
    ticks = panel.linear_ticks(max(last, 0.1))
    panel.x_ticks(axes, ticks, [units.tick(tick) for tick in ticks], "minutes since the run began")
    looks = panel.looks(frame)
    for runner, look in looks.items():
        points = frame[frame["runner"] == runner]
        panel.dots(axes, list(points["minutes"]), list(points["value"]), look, 3.4)
    ends = [(runner, high / (high / low) ** (0.12 * place), look) for place, (runner, look) in enumerate(looks.items())]
    panel.gutter(axes, ends)
    return figure
