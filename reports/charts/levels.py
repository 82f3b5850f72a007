"""What the charts against concurrency share: rows, and lines with intervals and the blocks' values behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bench.judge.metrics import Metric
from bench.judge.stats import MIN_BLOCKS
from reports.drawing.chart import Chart, Row
from reports.numbers import blocks, metrics, tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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
        table=table(index, workload, shown, f"{title} of {workload}", f"{prefix}-{kind}.csv"),
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
    cases = [case for case in index.cases.values() if case.workload == workload and case[metric.name]]
    counts = sorted({estimate.blocks for case in cases if (estimate := case[metric.name])})
    ops = sorted(case.ops for case in cases)
    if not cases:
        return "Nothing was measured."
    many = units.span(counts, "block")
    method = "jackknife" if metric.family else "Student t"
    interval = f"95 % interval, {method} over" if counts[0] >= MIN_BLOCKS else "No interval:"
    return f"{interval} {many}; {units.span(ops, 'op')} per case."


def table(index: Index, workload: str, shown: Sequence[Metric], caption: str, file: str) -> tables.Table:
    """One row per case of the workload, with the reason in every empty cell."""
    lines = [
        [
            tables.count(level),
            tables.word(case.runner),
            tables.count(case.blocks),
            *(metrics.cell(metric, case) for metric in shown),
        ]
        for level in index.levels(workload)
        for case in index.contest(workload, level)
    ]
    head = [
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        tables.Column("blocks", "blocks", number=True),
    ]
    return tables.of(caption, [*head, *(metrics.column(metric) for metric in shown)], lines, file)


def draw(frame: pd.DataFrame, *, scale: Callable[[float], units.Scale], log: bool, height: int = 230) -> Figure:
    """Lines over concurrency; a serial runner is a point and a thin line across."""
    from reports.drawing import panel

    figure, axes = panel.panel(height)
    everything = [
        value
        for row in frame.to_dict("records")
        for value in (row["value"], row["low"], row["high"], *row["blocks"])
        if panel.given(value) and (value > 0 or not log)
    ]
    factor, unit = panel.scale_of(everything, scale)
    log = log and max(everything) / min(everything) > 3
    panel.x_levels(axes, sorted(set(frame["concurrency"])))
    panel.y_axis(axes, min(everything), max(everything), unit, log=log, factor=factor)
    series(axes, frame)
    return figure


def series(axes: Axes, frame: pd.DataFrame) -> None:
    """One line per runner with its ribbon, the blocks' dots, marks that can be read, and its name in the gutter."""
    from reports.drawing import panel

    looks = panel.looks(frame)
    ends = []
    for number, (runner, look) in enumerate(looks.items()):
        of_runner = frame[frame["runner"] == runner].sort_values("concurrency")
        xs, ys = of_runner["concurrency"].tolist(), of_runner["value"].tolist()
        if of_runner["serial"].any():
            axes.axhline(ys[0], color=look.light, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
        else:
            axes.plot(xs, ys, color=look.light, linewidth=1.6, linestyle=look.line, zorder=3)
            if len(xs) > 1 and of_runner["low"].notna().all():
                axes.fill_between(
                    xs, of_runner["low"].astype(float), of_runner["high"].astype(float), color=look.light, alpha=0.16,
                    linewidth=0, zorder=2,
                )  # fmt: skip
        shift = 2 ** ((number - (len(looks) - 1) / 2) * 0.05)
        records = of_runner.to_dict("records")
        dots = [(row["concurrency"] * shift, value) for row in records for value in row["blocks"]]
        panel.dots(axes, [x for x, _ in dots], [y for _, y in dots], look, 2.2)
        for row in records:
            if panel.given(row["low"]):
                panel.interval(axes, [row["concurrency"]] * 2, [row["low"], row["high"]], look)
            panel.mark(axes, row["concurrency"], row["value"], look, row["text"])
        ends.append((runner, ys[-1], look))
    panel.gutter(axes, ends)
