"""The share of ops that took at most so long: shape, clusters and stragglers, without smoothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import histogram
from reports.charts import latency
from reports.drawing.chart import Chart, Row
from reports.numbers import tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

POINTS = 25
"""Most steps drawn per runner."""


def chart(index: Index, workload: str, prefix: str, level: int) -> Chart:
    """Rows and words for one contest."""
    cases = index.measured(workload, level)
    rows: list[Row] = []
    for case in cases:
        trials = index.trials[workload, level, case.runner, 1]
        merged = histogram.merge(trial.latency for trial in trials if trial.status == "measured")
        rows += [
            {"runner": case.runner, "slot": index.slots[case.runner], "share": share, "value": seconds}
            for seconds, share in steps(merged)
        ]
    return Chart(
        id=f"{prefix}-ecdf-{level}",
        kind="ecdf",
        title=f"Distribution of latencies, C = {level}",
        description=_describe(rows, level),
        caption=f"Share of successful ops that took at most so long; all blocks together. {latency.counts(cases)}.",
        rows=rows,
        table=_table(workload, level, rows),
        level=level,
        blank="" if rows else "no op succeeded",
    )


_HALF_A_TICK_NS = 0.5
"""What an op that ended within one tick of the clock took, on an axis that has no 0."""


def steps(merged: histogram.Histogram) -> list[tuple[float, float]]:
    """(seconds, share of ops at or below), at most `POINTS` of them, the extremes always among them."""
    total = sum(merged.values())
    found: list[tuple[float, float]] = []
    seen, drawn = 0, -1.0
    for bucket in sorted(merged):
        seen += merged[bucket]
        share = seen / total
        if not found or share - drawn >= 1 / POINTS or seen == total:
            found.append((max(histogram.middle_ns(bucket), _HALF_A_TICK_NS) / 1e9, share))
            drawn = share
    return found


def _describe(rows: list[Row], level: int) -> str:
    spans = []
    for runner in dict.fromkeys(row["runner"] for row in rows):
        seconds = [row["value"] for row in rows if row["runner"] == runner]
        spans.append(f"{runner} from {units.seconds(seconds[0])} to {units.seconds(seconds[-1])}")
    return f"Range of latencies at C = {level}: {'; '.join(spans)}." if spans else "No op succeeded."


def _table(workload: str, level: int, rows: list[Row]) -> tables.Table:
    deciles = (0.1, 0.25, 0.5, 0.75, 0.9)
    lines = []
    for runner in dict.fromkeys(row["runner"] for row in rows):
        of_runner = [row for row in rows if row["runner"] == runner]
        cells = []
        for share in deciles:
            at = next((row["value"] for row in of_runner if row["share"] >= share), of_runner[-1]["value"])
            cells.append(tables.Cell(units.seconds(at), at))
        lines.append([tables.word(runner), *cells])
    columns = [
        tables.Column("runner", "runner"),
        *(tables.Column(f"at_{share * 100:g}_percent_s", f"{share * 100:g} % of ops", number=True)
          for share in deciles),
    ]  # fmt: skip
    return tables.of(f"Latency of {workload}, C = {level}: read off the curve, no estimates", columns, lines)


def draw(frame: pd.DataFrame) -> Figure:
    """Step curves over a log axis of time."""
    from reports.drawing import panel

    figure, axes = panel.panel(210, left=40)
    values = list(frame["value"])
    low, high = min(values), max(values)
    pad = max((high / low) ** 0.05, 1.02)
    factor, unit = panel.scale_of(values, units.seconds_scale)
    axes.set_xscale("log")
    axes.set_xlim(low / pad, high * pad)
    ticks = panel.log_ticks(low / pad / factor, high * pad / factor, most=5)
    panel.x_ticks(axes, [tick * factor for tick in ticks], [units.tick(tick) for tick in ticks], f"latency, {unit}")
    axes.set_ylim(0, 1.02)
    panel.y_ticks(axes, [0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"], "% of ops")
    looks = panel.looks(frame)
    for runner, look in looks.items():
        points = frame[frame["runner"] == runner]
        xs, ys = list(points["value"]), list(points["share"])
        stairs = [xs[0], *(x for x in xs for _ in "up"), xs[-1]], [0.0, 0.0, *(y for y in ys for _ in "on")]
        panel.curve(axes, *stairs, look.light, line=look.line,
                    gid=panel.data(t=f"{runner}: {units.seconds(xs[0])} to {units.seconds(xs[-1])}"))  # fmt: skip
    panel.gutter(axes, [(runner, 1 - 0.1 * place, look) for place, (runner, look) in enumerate(looks.items())])
    return figure
