"""What the charts against concurrency share: rows, and lines with intervals and the blocks' values behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.judge.metrics import Metric
from bench.judge.stats import MIN_BLOCKS
from bench.model import CaseSummary
from reports.drawing.chart import Chart, Row
from reports.numbers import blocks, metrics, tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from reports.drawing import palette


def chart(
    index: Index, workload: str, prefix: str, kind: str, shown: Sequence[Metric], *, title: str, what: str,
    caption: str, blank: str, options: dict[str, Any] | None = None,
) -> Chart:  # fmt: skip
    """A metric against concurrency.

    Args:
        kind: the module whose ``draw`` makes it. shown: the metric that is drawn, then those that its table adds.
        what: the metric at the head of the description. caption: in which ``{basis}`` says what stands behind it.
    """
    drawn = rows(index, workload, shown[0])
    return Chart(
        id=f"{prefix}-{kind}",
        kind=kind,
        title=title,
        description=describe(drawn, what),
        caption=caption.format(basis=basis(index, workload, shown[0])).strip(),
        rows=drawn,
        options=options or {},
        table=table(index, workload, shown, f"{title} of {workload}"),
        blank="" if drawn else blank,
    )


def rows(index: Index, workload: str, metric: Metric) -> list[Row]:
    """One row per measured case. ``value``, ``low``, ``high`` and ``blocks`` are in base units of the scale."""
    scale, base = metrics.scale(metric)
    found: list[Row] = []
    for runner in index.runners:
        serial = runner in index.serial
        for level in index.levels(workload):
            case = index.cases.get((workload, level, runner))
            estimate = case[metric.name] if case else None
            if estimate is None or (serial and any(row["runner"] == runner for row in found)):
                continue  # a serial runner has one worker in every contest: its first one stands for it
            trials = index.trials.get((workload, level, runner, 1), ())
            text = f"{runner}, {'one worker' if serial else f'C = {level}'}: {units.estimate(estimate, scale, base)}"
            found.append(
                {
                    "runner": runner,
                    "slot": index.slots[runner],
                    "serial": serial,
                    "concurrency": level,
                    "value": estimate.value * base,
                    "low": None if estimate.low is None else estimate.low * base,
                    "high": None if estimate.high is None else estimate.high * base,
                    "blocks": [value * base for _, value in sorted(blocks.values(trials, metric).items())],
                    "text": text,
                }
            )
    return found


def describe(found: Sequence[Row], what: str) -> str:
    """Highest and lowest at the highest concurrency, for those who cannot see the chart."""
    concurrent = [row for row in found if not row["serial"]] or list(found)
    if not concurrent:
        return "Nothing was measured."
    top = max(row["concurrency"] for row in concurrent)
    there = sorted((row for row in concurrent if row["concurrency"] == top), key=lambda row: -row["value"])
    reference = "".join(f" Reference: {row['text']}." for row in found if row["serial"])
    low = f"; lowest {there[-1]['text']}" if len(there) > 1 else ""
    return f"{what} at {top} workers: highest {there[0]['text']}{low}.{reference}"


def basis(index: Index, workload: str, metric: Metric) -> str:
    """How many blocks and ops stand behind a metric: ``95 % interval, Student t over 6 blocks; …``."""
    cases = [case for case in index.cases_of(workload) if case[metric.name]]
    counts = sorted({estimate.blocks for case in cases if (estimate := case[metric.name])})
    ops = sorted(case.ops for case in cases)
    if not cases:
        return "Nothing was measured."
    many = units.span(counts, "block")
    method = "jackknife" if metric.family else "Student t"
    interval = f"95 % interval, {method} over" if counts[0] >= MIN_BLOCKS else "No interval:"
    return f"{interval} {many}; {units.span(ops, 'op')} per case."


def table(index: Index, workload: str, shown: Sequence[Metric], caption: str) -> tables.Table:
    """One row per runner and metric, one column per concurrency, with the reason in every empty cell."""
    levels = index.levels(workload)
    lines = [
        [
            tables.word(runner if len(shown) == 1 else f"{runner}, {metric.title}"),
            *(_cell(index.cases.get((workload, level, runner)), metric) for level in levels),
        ]
        for runner in index.runners
        for metric in shown
    ]
    columns = [tables.Column("runner", "runner")]
    columns += [tables.Column(f"at_{level}", f"C = {level}", estimate=shown[0].interval) for level in levels]
    return tables.of(caption, columns, lines)


def _cell(case: CaseSummary | None, metric: Metric) -> tables.Cell:
    return metrics.cell(metric, case) if case else tables.missing("not in this contest")


def draw(frame: pd.DataFrame, *, scale: Callable[[float], units.Scale], log: bool, height: int = 230) -> Figure:
    """Lines over concurrency; a serial runner is a point and a thin line across."""
    from reports.drawing import panel

    figure, axes = panel.panel(height)
    records = frame.to_dict("records")
    everything = [
        value
        for row in records
        for value in (row["value"], row["low"], row["high"], *row["blocks"])
        if panel.given(value) and (value > 0 or not log)
    ]
    factor, unit = panel.scale_of(everything, scale)
    log = log and max(everything) / min(everything) > 3
    panel.x_levels(axes, sorted(set(frame["concurrency"])))
    panel.y_axis(axes, min(everything), max(everything), unit, log=log, factor=factor)
    looks = panel.looks(frame)
    ends = []
    for number, (runner, look) in enumerate(looks.items()):
        ours = sorted((row for row in records if row["runner"] == runner), key=lambda row: row["concurrency"])
        _series(axes, ours, look, 2 ** ((number - (len(looks) - 1) / 2) * 0.05))
        ends.append((runner, ours[-1]["value"], look))
    panel.gutter(axes, ends)
    return figure


def _series(axes: Axes, ours: Sequence[Mapping[Any, Any]], look: palette.Look, shift: float) -> None:
    """One runner: its line and ribbon, the blocks' dots ``shift`` times to the right, marks that can be read."""
    from reports.drawing import panel

    xs, ys = [row["concurrency"] for row in ours], [row["value"] for row in ours]
    known = [row for row in ours if panel.given(row["low"])]
    if any(row["serial"] for row in ours):
        across = axes.get_yaxis_transform()
        panel.curve(axes, [0, 1], ys[:1] * 2, look.light, width=0.9, line=(0, (1, 2)), zorder=1, transform=across)
    else:
        panel.curve(axes, xs, ys, look.light, line=look.line)
        if len(xs) > 1 and len(known) == len(ours):
            panel.ribbon(axes, xs, [row["low"] for row in ours], [row["high"] for row in ours], look.light)
    dots = [(row["concurrency"] * shift, value) for row in ours for value in row["blocks"]]
    panel.dots(axes, [x for x, _ in dots], [y for _, y in dots], look, 2.2)
    panel.intervals(axes, [((row["concurrency"],) * 2, (row["low"], row["high"])) for row in known], look)
    panel.marks(axes, xs, ys, look, [row["text"] for row in ours])
