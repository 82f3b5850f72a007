"""Latency percentiles on a nines axis: how bad is the tail, as far as the ops can tell?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reports.charts import latency
from reports.drawing.chart import Chart, Row
from reports.numbers import blocks, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SHARES = tuple(
    [0.0 + 0.1 * k for k in range(9)] + [1 - 10 ** -(1 + k / 4) for k in range(13)]
)  # 0 to 80 % in tenths, then four points per nine up to 99.99 %
NAMED = {0.5: "p50", 0.9: "p90", 0.99: "p99", 0.999: "p99.9"}


def chart(index: Index, workload: str, prefix: str, level: int) -> Chart:
    """Rows and words for one contest."""
    cases = index.measured(workload, level)
    rows: list[Row] = []
    for case in cases:
        histograms = [
            trial.latency for trial in index.trials[workload, level, case.runner, 1] if trial.status == "measured"
        ]
        for share, point in zip(SHARES, blocks.curve(histograms, SHARES), strict=True):
            if point is not None:
                rows.append(
                    {"runner": case.runner, "slot": index.slots[case.runner], "share": share,
                     "value": point.value, "low": point.low, "high": point.high, "text": ""}
                )  # fmt: skip
        for share, name in NAMED.items():
            figure = case[f"latency_{name.replace('.', '_')}_ms"]
            if figure is not None:
                text = f"{case.runner}, {name}: {units.estimate(figure, units.seconds_scale, latency.MS)}"
                rows.append(
                    {"runner": case.runner, "slot": index.slots[case.runner], "share": share,
                     "value": figure.value * latency.MS, "low": None, "high": None, "text": text}
                )  # fmt: skip
    return Chart(
        id=f"{prefix}-percentiles-{level}",
        kind="percentiles",
        title=f"Latency percentiles, C = {level}",
        description=_describe(rows, level),
        caption=(
            f"Service time of single ops that succeeded; all blocks together, ribbon: 95 % by the jackknife over "
            f"blocks; each curve ends where fewer than 10 ops lie beyond. {latency.counts(cases)}."
        ),
        rows=rows,
        table=latency.table(index, workload, level),
        level=level,
        blank="" if rows else "too few ops succeeded for any percentile",
    )


def _describe(rows: list[Row], level: int) -> str:
    for name in ("p99", "p90", "p50"):
        texts = sorted((row for row in rows if f", {name}:" in row["text"]), key=lambda row: row["value"])
        if texts:
            worst = f" Highest {name}: {texts[-1]['text']}." if len(texts) > 1 else ""
            return f"Lowest {name}: {texts[0]['text']}.{worst}"
    return f"Too few ops for a percentile at C = {level}."


def draw(frame: pd.DataFrame) -> Figure:
    """Curves over -log10(1 - share), latency on a log axis."""
    from reports.drawing import panel

    figure, axes = panel.panel(230)
    values = [value * stretch for value in frame["value"] for stretch in (1 / 1.3, 1.3)]  # wider ribbons are clipped
    factor, unit = panel.scale_of(values, units.seconds_scale)
    panel.y_axis(axes, min(values), max(values), unit, log=max(values) / min(values) > 2, factor=factor)
    far = max(_nines(share) for share in frame["share"])
    axes.set_xlim(0, max(far * 1.03, 0.4))
    ticks = [(0.0, "0"), (0.5, "50"), (0.9, "90"), (0.99, "99"), (0.999, "99.9"), (0.9999, "99.99")]
    shown = [(_nines(share), text) for share, text in ticks if _nines(share) <= far * 1.03]
    panel.x_ticks(axes, [x for x, _ in shown], [text for _, text in shown], "percentile of ops, %")
    ends = []
    everything = frame.to_dict("records")
    for runner, look in panel.looks(frame).items():
        ours = sorted((row for row in everything if row["runner"] == runner), key=lambda row: row["share"])
        points, named = ([row for row in ours if bool(row["text"]) == is_named] for is_named in (False, True))
        xs, ys = [_nines(row["share"]) for row in points], [row["value"] for row in points]
        if all(panel.given(row["low"]) for row in points):
            panel.ribbon(axes, xs, [row["low"] for row in points], [row["high"] for row in points], look.light)
        panel.curve(axes, xs, ys, look.light, line=look.line)
        panel.marks(axes, [_nines(row["share"]) for row in named], [row["value"] for row in named], look,
                    [row["text"] for row in named], size=5)  # fmt: skip
        if points:
            ends.append((runner, ys[-1], look))
    panel.gutter(axes, ends)
    return figure


def _nines(share: float) -> float:
    return -math.log10(1 - share)
