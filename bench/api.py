"""The reading API: a run as tidy tables and figures.

>>> import bench
>>> run = bench.load("results/example")  # a path, an id, or "latest"
>>> cases = run.cases()
>>> fastest = cases.loc[cases["throughput_per_s"].idxmax()]
>>> fastest["workload"], bool(fastest["throughput_per_s_low"] <= fastest["throughput_per_s"])
('noop', True)
>>> list(run.compare("uvloop", "asyncio").columns)
['workload', 'concurrency', 'ratio', 'ratio_low', 'ratio_high', 'verdict']
>>> run.plot.throughput("http")
<Figure size ...>
"""

from __future__ import annotations

import html
import importlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import histogram
from bench.errors import UsageError
from bench.judge import analysis, beside, metrics, sentences
from bench.model import Estimate, StoredRun, Summary
from bench.results import store

if TYPE_CHECKING:
    import pandas as pd

RESULTS = Path("results")


class Run:
    """A stored run. ``stored`` is the raw data, ``summary`` what was worked out from it."""

    def __init__(self, stored: StoredRun) -> None:
        self.stored = stored

    @cached_property
    def summary(self) -> Summary:
        """Cases, comparisons and findings as dataclasses."""
        return analysis.summarise(self.stored)

    def cases(self) -> pd.DataFrame:
        """One row per case; an estimate is the columns ``name``, ``name_low`` and ``name_high``. NaN where empty.

        Throughput is in ops per second, latencies and lags in ms, memory in bytes, CPU in seconds per op.

        >>> cases = load("results/example").cases()
        >>> sorted(set(cases["runner"]))
        ['asyncio', 'processes', 'sync', 'threads', 'uvloop']
        """
        return _frame([_flat(case) for case in self.summary.cases])

    def comparisons(self) -> pd.DataFrame:
        """One row per ordered pair of a contest: ``ratio`` is throughput of ``runner`` over that of ``baseline``."""
        return _frame([_flat(comparison) for comparison in self.summary.comparisons])

    def compare(self, runner: str, baseline: str) -> pd.DataFrame:
        """One row per contest of the two: throughput of ``runner`` over that of ``baseline``, interval and verdict.

        >>> load("results/example").compare("threads", "asyncio").query("workload == 'cpu'")["concurrency"].tolist()
        [1, 2, 8]

        Raises:
            bench.errors.UsageError: no contest has both.
        """
        frame = self.comparisons()
        found = frame[(frame["runner"] == runner) & (frame["baseline"] == baseline) & (frame["copy"] == 1)]
        if found.empty:
            raise UsageError(
                f"no contest has {runner} and {baseline}; this run has: {', '.join(self.stored.plan.settings.runners)}"
            )
        columns = ["workload", "concurrency", "ratio", "ratio_low", "ratio_high", "verdict"]
        return found[columns].reset_index(drop=True)

    def latencies(self) -> pd.DataFrame:
        """One row per case and bucket of its histogram: ``latency_ms`` (its middle, at most 0.4 % off) and ``ops``."""
        rows = []
        for case in self.summary.cases:
            key = (case.workload, case.concurrency, case.runner, case.copy)
            whole = histogram.merge(
                trial.latency
                for trial in self.stored.trials
                if (trial.workload, trial.concurrency, trial.runner, trial.copy) == key and trial.status == "measured"
            )
            names = ("workload", "concurrency", "runner", "copy")
            rows += [
                {**dict(zip(names, key, strict=True)), "latency_ms": histogram.middle_ns(bucket) / 1e6, "ops": ops}
                for bucket, ops in sorted(whole.items())
            ]
        return _frame(rows)

    @property
    def plot(self) -> Any:
        """The charts of the report as matplotlib figures: ``run.plot.throughput("http")``; see `reports.plotting`."""
        return importlib.import_module("reports.plotting").Plots(self)  # by name: reports stands on this package

    def _repr_html_(self) -> str:
        """What a notebook shows: the sentence of every contest, and the cases."""
        told = "".join(
            f"<li>{html.escape(sentences.of_contest(self.summary, contest.workload, contest.concurrency))}</li>"
            for contest in self.stored.plan.contests
        )
        columns = ["workload", "concurrency", "runner", "throughput_per_s", "latency_p99_ms", "memory_bytes", "status"]
        table = self.cases()[columns].to_html(index=False, na_rep="")
        return f"<p>Run {html.escape(self.stored.run_id)}, {self.stored.stopped}</p><ul>{told}</ul>{table}"

    def turns(self) -> pd.DataFrame:
        """One row per timed turn, in the order in which they were taken.

        >>> turns = load("results/example").turns()
        >>> bool(turns["started_s"].is_monotonic_increasing)
        True
        """
        rows = [
            {
                "block": trial.block,
                "workload": trial.workload,
                "concurrency": trial.concurrency,
                "runner": trial.runner,
                "copy": trial.copy,
                "workers": trial.workers,
                **{name: getattr(turn, name) for name in turn.__slots__ if name != "counters"},
                "rate_per_s": turn.ops / turn.window_s,
                **{f"server_{name}": value for name, value in turn.counters.items()},
            }
            for trial in self.stored.trials
            for turn in trial.turns
        ]
        frame = _frame(rows)
        return frame.sort_values("started_s", ignore_index=True) if rows else frame

    def trials(self) -> pd.DataFrame:
        """One row per case and block: memory in bytes, start-up in seconds, the blocks behind every estimate."""
        return _frame(
            [
                {
                    "block": trial.block,
                    "workload": trial.workload,
                    "concurrency": trial.concurrency,
                    "runner": trial.runner,
                    "copy": trial.copy,
                    "workers": trial.workers,
                    "status": trial.status,
                    "reason": trial.reason,
                    "ops": sum(turn.ops for turn in trial.turns),
                    "window_s": sum(turn.window_s for turn in trial.turns),
                    "memory_bytes": trial.memory.total_bytes if trial.memory else None,
                    "launch_s": trial.facts.get("launch_s"),
                    "open_s": trial.facts.get("open_s"),
                }
                for trial in self.stored.trials
            ]
        )


def load(run: str | Path = "latest", results: Path = RESULTS) -> Run:
    """Open a run by id, path or ``latest``.

    >>> load("results/example").stored.stopped
    'completed'

    Raises:
        bench.errors.StoreError: there is no such run, or it cannot be read.
    """
    return Run(store.read(store.find(results, str(run))))


def _flat(record: Any) -> dict[str, Any]:
    """A dataclass as one row: an estimate becomes three columns, and so does each metric."""
    row: dict[str, Any] = {}
    for name in record.__slots__:
        value = getattr(record, name)
        if isinstance(value, Estimate):
            row |= _columns(name, value)
        elif name == "beside":
            for other in beside.METRICS:
                told = value.get(other)
                row |= _columns(f"{other}_ratio", told and told.ratio)
                row[f"{other}_verdict"] = told and told.verdict
        elif name == "metrics":
            for metric in metrics.ALL:
                found = value.get(metric.name)
                row |= _columns(metric.name, found) if metric.interval else {metric.name: found and found.value}
        else:
            row[name] = value
    return row


def _columns(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)
