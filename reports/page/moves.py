"""What the page needs beside the ratios themselves to put them on another baseline: the axes of the forests (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from reports.charts import forest
from reports.numbers.index import Index


def of_run(index: Index, anchors: Mapping[str, str]) -> str:
    """JSON that can stand in a script element: the margin, and an axis by the anchor of each workload and baseline."""
    margin = index.stored.plan.settings.margin
    found = {
        anchor: {runner: _axis(index, workload, runner, margin) for runner in index.runners}
        for workload, anchor in anchors.items()
    }
    text = json.dumps({"margin": margin, "axes": found}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _axis(index: Index, workload: str, runner: str, margin: float) -> tuple[float, float, list[tuple[float, str]]]:
    low, high, ticks = forest.axis(forest.rows(index, workload, runner), margin)
    return float(f"{low:.4g}"), float(f"{high:.4g}"), [(float(f"{tick:.5g}"), name) for tick, name in ticks]
