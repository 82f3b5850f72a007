"""A contest at a glance: a dot with its interval for every runner, in three small panels that stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.judge import metrics
from bench.judge.metrics import Metric
from bench.model import CaseSummary, Estimate
from reports.drawing.chart import Chart, Row
from reports.numbers import metrics as shown
from reports.numbers import standings, tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, ROW, HEAD = 240, 14, 15
"""px of a panel, of a runner in it, and of what is above them."""
NEAR = 4.0
"""Largest value over smallest up to which a panel begins at zero."""


def charts(index: Index, workload: str, prefix: str, level: int) -> tuple[Chart, ...]:
    """Throughput, latency and memory of one contest."""
    tail = next((name for name in ("p99", "p90", "p50") if _all_have(index, workload, level, name)), "p50")
    return (
        _chart(index, workload, prefix, level, metrics.named("throughput_per_s"), "throughput, ops/s"),
        _chart(index, workload, prefix, level, metrics.named(f"latency_{tail}_ms"), f"{tail} latency"),
        _chart(index, workload, prefix, level, metrics.named("memory_bytes"), "memory"),
    )


def _all_have(index: Index, workload: str, level: int, percentile: str) -> bool:
    return all(case[f"latency_{percentile}_ms"] for case in index.measured(workload, level))


def _chart(index: Index, workload: str, prefix: str, level: int, metric: Metric, title: str) -> Chart:
    best = (
        _leaders(index, workload, level)
        if metric.name == "throughput_per_s"
        else _least(index, workload, level, metric)
    )
    rows = [_row(index, case, metric, best.get(case.runner, "")) for case in index.contest(workload, level)]
    return Chart(
        id=f"{prefix}-glance-{metric.name}",
        kind="glance",
        title=f"{title} at C = {level}",
        description=_describe(rows),
        caption="",
        rows=rows,
        options={"title": title},
        table=tables.of(
            f"{workload}, C = {level}: {title}",
            [tables.Column("runner", "runner"), tables.Column(metric.name, metric.title, estimate=True)],
            [[tables.word(case.runner), shown.cell(metric, case)] for case in index.contest(workload, level)],
        ),
        level=level,
    )


def _describe(rows: Sequence[Row]) -> str:
    """Those that are marked, else the ends of the range; each mark has its own words."""
    known = sorted((row for row in rows if row["value"] is not None), key=lambda row: row["value"])
    if marked := [row["text"] for row in known if row["mark"]]:
        return f"Best {'; '.join(marked)}."
    return f"Lowest {known[0]['text']}; highest {known[-1]['text']}." if known else "Nothing was measured."


def _row(index: Index, case: CaseSummary, metric: Metric, mark: str) -> Row:
    estimate = case[metric.name]
    scale, base = shown.scale(metric)
    placed = {"runner": case.runner, "slot": index.slots[case.runner], "mark": mark}
    if estimate is None:
        why = metric.lacking if case["throughput_per_s"] else case.status
        return placed | {"value": None, "low": None, "high": None, "words": why, "text": f"{case.runner}: {why}"}
    return placed | {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "words": units.quantity(estimate.value * base, scale).removesuffix(" ops/s"),
        "text": f"{case.runner}: {units.estimate(estimate, scale, base)}",
    }


def _leaders(index: Index, workload: str, level: int) -> dict[str, str]:
    """▲ for one that leads alone, △ for those that share the lead, by the verdicts."""
    standing = standings.of(index, workload, level)
    if standing is None or not standing.judged:
        return {}
    return dict.fromkeys(standing.leaders, "▲" if len(standing.leaders) == 1 else "△")


def _least(index: Index, workload: str, level: int, metric: Metric) -> dict[str, str]:
    """▲ for the one whose interval lies below all others, of those that have as many workers as the contest."""
    cases = [case for case in index.measured(workload, level) if case.workers == level]
    known: dict[str, Estimate] = {case.runner: estimate for case in cases if (estimate := case[metric.name])}
    if len(known) < 2 or len(known) < len(cases):
        return {}
    first, *others = sorted(known, key=lambda runner: known[runner].value)
    high = known[first].high
    below = high is not None and all((known[other].low or 0.0) > high for other in others)
    return {first: "▲"} if below else {}


def draw(frame: pd.DataFrame, *, title: str) -> Figure:
    """One row per runner: its name, its dot and interval, its figure."""
    from reports.drawing import panel

    found = frame.to_dict("records")
    height = HEAD + ROW * len(found)
    figure, axes = panel.panel(height, width=WIDTH, left=68, right=84, top=HEAD, bottom=0)
    axes.set_ylim(len(found) - 0.5, -0.5)
    _span(axes, found)
    looks = panel.looks(frame)
    panel.label(axes, 0, -1, title, panel.TEXT - 1, panel.MUTED)
    for place, row in enumerate(found):
        look = looks[row["runner"]]
        if row["mark"] == "▲":
            panel.stripe(axes, place - 0.5, place + 0.5)
        strong = panel.INK if row["mark"] or panel.given(row["value"]) else panel.MUTED
        panel.label(axes, 0, place, panel.cut(row["runner"], 11), panel.TEXT - 1, strong)
        panel.label(axes, WIDTH - 74, place, f"{row['mark']} {row['words']}".strip(), panel.TEXT - 1.5, strong)
        panel.curve(axes, axes.get_xlim(), [place, place], panel.GRID, width=0.8, zorder=1)
        if panel.given(row["low"]):
            panel.intervals(axes, [((row["low"], row["high"]), (place, place))], look)
        if panel.given(row["value"]):
            panel.marks(axes, [row["value"]], [place], look, [row["text"]])
    return figure


def _span(axes: Axes, found: Sequence[Mapping[Any, Any]]) -> None:
    """From zero where the values are near each other; else logarithmic."""
    from reports.drawing import panel

    known = [row[name] for row in found for name in ("value", "low", "high") if panel.given(row[name])]
    values = [row["value"] for row in found if panel.given(row["value"])]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if values and min(values) > 0 and low > 0 and max(values) / min(values) > NEAR:
        pad = (high / low) ** 0.06
        axes.set_xscale("log")
        axes.set_xlim(low / pad, high * pad)
    else:
        axes.set_xlim(0, high * 1.05 or 1.0)
