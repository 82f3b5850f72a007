"""Two runs -> one HTML page."""

from __future__ import annotations

from pathlib import Path

from reports.charts import between
from reports.drawing import palette
from reports.numbers import comparison, environment
from reports.numbers.index import Index
from reports.page import page


def render(a: Index, b: Index, cache: Path) -> str:
    """The whole page.

    Args:
        a: the run that ratios stand on. cache: the file that keeps drawn charts.
    """
    found = comparison.of(a, b)
    charts = {workload: between.chart(found, workload, f"w{number}") for number, workload in enumerate(found.workloads)}
    drawn, chart_css = page.draw(list(charts.values()), cache)
    return page.fill(
        "comparison.html.j2",
        found=found,
        runs={"A": a, "B": b},
        machines={name: environment.title(index.stored.environment) for name, index in (("A", a), ("B", b))},
        pythons={name: environment.python(index.stored.environment) for name, index in (("A", a), ("B", b))},
        dates={name: environment.date(index.stored) for name, index in (("A", a), ("B", b))},
        differences=environment.differences(a.stored.environment, b.stored.environment),
        settings=_settings(a, b),
        sentences={workload: comparison.sentence(found, workload) for workload in found.workloads},
        charts=charts,
        looks={runner: palette.look(runner, slot) for runner, slot in (a.slots | b.slots).items()},
        svg=drawn,
        chart_css=chart_css,
    )


def _settings(a: Index, b: Index) -> list[tuple[str, str, str]]:
    """(setting, A, B) of everything asked for differently."""
    ours, theirs = a.stored.plan.settings, b.stored.plan.settings
    return [
        (name, str(getattr(ours, name)), str(getattr(theirs, name)))
        for name in ours.__slots__
        if getattr(ours, name) != getattr(theirs, name)
    ]
