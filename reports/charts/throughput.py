"""Throughput against concurrency: how far does more concurrency help?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.judge import metrics
from reports.charts import levels
from reports.drawing.chart import Chart
from reports.numbers import units
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def chart(index: Index, workload: str, prefix: str) -> Chart:
    """Rows and words for one workload."""
    bound = ideal(index, workload)
    return levels.chart(
        index, workload, prefix, "throughput", [metrics.named("throughput_per_s"), metrics.named("mean_per_s")],
        title="Throughput against concurrency", what="Throughput",
        caption=(
            "Typical rate: the middle 30 % of the turns of a block, then the geometric mean over blocks; "
            "small dots are the blocks. {basis} " + (bound[2] if bound else "")
        ),
        options={"ideal_per_s": bound[0], "ceiling_per_s": bound[1]} if bound else None,
        blank="no case of this workload was measured",
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
            rate, cost_s = (case.value("throughput_per_s"), case.value("cpu_s_per_op")) if case else (None, None)
            if rate and cost_s:
                cpus = int(index.stored.environment.get("cpus") or 1)
                ceiling = cpus / cost_s
                return (
                    rate,
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
        corner = max(span[0], min(span[-1], ceiling_per_s / ideal_per_s))
        xs = [span[0], corner, span[-1]]
        ys = [min(ideal_per_s * x, max(ceiling_per_s, ideal_per_s)) for x in xs]
        panel.curve(axes, xs, ys, panel.AXIS, width=1.1, line=(0, (4, 3)), zorder=1)
    return figure
