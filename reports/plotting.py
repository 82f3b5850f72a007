"""The report's charts as matplotlib figures, for notebooks: ``bench.load("latest").plot.throughput("http")``."""

from __future__ import annotations

import importlib
from functools import cached_property
from typing import TYPE_CHECKING

from bench.api import Run
from bench.errors import UsageError
from reports.drawing.chart import Chart
from reports.numbers import index

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREFIX = "notebook"


class Plots:
    """One method per chart. A chart that has nothing to draw is a `UsageError` with the reason."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @cached_property
    def _index(self) -> index.Index:
        return index.of(self._run)

    def throughput(self, workload: str) -> Figure:
        """Ops per second over concurrency."""
        return self._of_workload("throughput", workload)

    def memory(self, workload: str) -> Figure:
        """Memory under load over concurrency."""
        return self._of_workload("memory", workload)

    def cpu(self, workload: str) -> Figure:
        """CPU time per op over concurrency."""
        return self._of_workload("cpu", workload)

    def cores(self, workload: str) -> Figure:
        """Cores used over concurrency."""
        return self._of_workload("cores", workload)

    def lag(self, workload: str) -> Figure:
        """Lateness of a timer beside the load."""
        return self._of_workload("lag", workload)

    def startup(self, workload: str) -> Figure:
        """What is paid before the first op."""
        return self._of_workload("startup", workload)

    def turns(self, workload: str) -> Figure:
        """Every turn over time."""
        return self._of_workload("turns", workload)

    def forest(self, workload: str, baseline: str | None = None) -> Figure:
        """Ratios of throughput to a baseline, with intervals. Args: baseline: the run's own where None."""
        self._known(workload)
        chosen = baseline or self._run.stored.plan.settings.baseline
        if chosen not in self._index.runners:
            raise UsageError(f"no runner {chosen!r} in this run; it has {', '.join(self._index.runners)}")
        module = importlib.import_module("reports.charts.forest")
        return self._drawn("forest", module.chart(self._index, workload, PREFIX, chosen))

    def percentiles(self, workload: str, concurrency: int) -> Figure:
        """Latency by percentile."""
        return self._of_level("percentiles", workload, concurrency)

    def ecdf(self, workload: str, concurrency: int) -> Figure:
        """Shares of ops by latency."""
        return self._of_level("ecdf", workload, concurrency)

    def _of_workload(self, kind: str, workload: str) -> Figure:
        self._known(workload)
        module = importlib.import_module(f"reports.charts.{kind}")
        return self._drawn(kind, module.chart(self._index, workload, PREFIX))

    def _of_level(self, kind: str, workload: str, concurrency: int) -> Figure:
        self._known(workload)
        levels = self._index.levels(workload)
        if concurrency not in levels:
            raise UsageError(f"{workload} was not run with {concurrency} workers; with {', '.join(map(str, levels))}")
        module = importlib.import_module(f"reports.charts.{kind}")
        return self._drawn(kind, module.chart(self._index, workload, PREFIX, concurrency))

    def _known(self, workload: str) -> None:
        if workload not in self._index.workloads:
            raise UsageError(f"no workload {workload!r} in this run; it has {', '.join(self._index.workloads)}")

    @staticmethod
    def _drawn(kind: str, chart: Chart) -> Figure:
        if chart.blank:
            raise UsageError(f"nothing to draw: {chart.blank}")
        figure: Figure = importlib.import_module(f"reports.charts.{kind}").draw(chart.frame(), **chart.options)
        return figure
