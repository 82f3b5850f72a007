"""Any metric of a case as a column and its cells, from how `bench.judge.metrics` defines it (pure)."""

from __future__ import annotations

from collections.abc import Callable

from bench.judge.metrics import Metric
from bench.model import CaseSummary
from reports.numbers import tables, units

_PLAIN: dict[str, Callable[[float], str]] = {
    "ms": lambda value: units.seconds(value * 1e-3),
    "share": units.share,
    "count": lambda value: f"{value:,.0f}",
}
"""How a metric without an interval is shown; units that are not named here as three digits."""


def column(metric: Metric) -> tables.Column:
    """Its heading; the CSV has its full name."""
    return tables.Column(metric.name, metric.title, estimate=metric.interval, number=not metric.interval)


def cell(metric: Metric, case: CaseSummary) -> tables.Cell:
    """Its value for one case, or why there is none: the case's own reason, or what the metric lacked."""
    lacking = metric.lacking if case.status == "measured" else case.reason or case.status
    if metric.interval:
        return tables.figure(case[metric.name], *scale(metric), lacking)
    value = case.value(metric.name)
    return tables.plain(value, "" if value is None else _PLAIN.get(metric.unit, units.digits)(value), lacking)


def scale(metric: Metric) -> tuple[Callable[[float], units.Scale], float]:
    """The scale it is shown in, and base units of that scale per unit of the metric."""
    return units.UNITS.get(metric.unit, (lambda _: (1.0, "×"), 1.0))
