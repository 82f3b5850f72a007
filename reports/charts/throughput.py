"""Throughput against concurrency: how far does more concurrency help?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import levels
from reports.drawing.chart import Chart
from reports.numbers import blocks, tables, units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    rows = levels.rows(index, workload, lambda case: case.throughput_per_s, blocks.rates, units.rate_scale, 1.0)
    bound = ideal(index, workload)
    column = tables.Column("throughput_per_s", "ops per second", estimate=True)
    mean = tables.Column("mean_per_s", "total ops / total time", estimate=True)
    return Chart(
        id=f"{prefix}-throughput",
        kind="throughput",
        title="Throughput against concurrency",
        description=levels.describe(rows, units.rate_scale, "Throughput"),
        caption=(
            "Typical rate: the interquartile mean over the turns of a block, then the geometric mean over blocks; "
            f"small dots are the blocks. {levels.basis(index, workload, lambda case: case.throughput_per_s)} "
            + (bound[2] if bound else "")
        ),
        rows=rows,
        options={"ideal_per_s": bound[0], "ceiling_per_s": bound[1]} if bound else {},
        table=levels.table(
            index, workload,
            [(column, lambda case: case.throughput_per_s, units.rate_scale, 1.0),
             (mean, lambda case: case.mean_per_s, units.rate_scale, 1.0)],
            f"Throughput of {workload}", f"{prefix}-throughput.csv",
        ),
        blank="" if rows else "no case of this workload was measured",
    )  # fmt: skip


def ideal(index: Index, workload: str) -> tuple[float, float, str] | None:
    """What C workers would do if only this machine's CPUs held them back: rate of one, ceiling, and that in words.

    The ceiling is the CPUs over the CPU time one op of the serial runner takes, in its own process.
    """
    for runner in index.runners:
        if runner not in index.serial:
            continue
        for level in index.levels(workload):
            case = index.cases.get((workload, level, runner))
            if case and case.throughput_per_s and case.cpu_s_per_op and case.cpu_s_per_op.value > 0:
                cpus = int(index.stored.environment.get("cpus") or 1)
                ceiling = cpus / case.cpu_s_per_op.value
                return (
                    case.throughput_per_s.value,
                    ceiling,
                    (
                        f"Dashed grey: the ideal, C times the rate of one {runner} worker, up to what {cpus} CPUs "
                        "allow at its CPU time per op."
                    ),
                )
    return None


def draw(frame: pd.DataFrame, *, ideal_per_s: float | None = None, ceiling_per_s: float = float("inf")) -> Figure:
    """Log-log lines; ``ideal_per_s`` is the rate of one worker, drawn as C times that up to ``ceiling_per_s``."""
    from reports.drawing import panel

    figure = levels.draw(frame, scale=units.rate_scale, log=True)
    axes = figure.axes[0]
    if ideal_per_s:
        span = sorted(set(frame["concurrency"]))
        limits = axes.get_ylim()
        corner = max(span[0], min(span[-1], ceiling_per_s / ideal_per_s))
        xs = [span[0], corner, span[-1]]
        axes.plot(
            xs, [min(ideal_per_s * x, max(ceiling_per_s, ideal_per_s)) for x in xs],
            color=panel.AXIS, linewidth=1.1, linestyle=(0, (4, 3)), zorder=1,
        )  # fmt: skip
        axes.set_ylim(limits)
    return figure
