"""One claim: the measured ratio of each case, with its interval, on a log axis over what is claimed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.judge import sentences
from bench.model import Estimate
from reports.drawing.chart import Chart, Row
from reports.numbers import tables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

ROW = 22
SIGNS = {"holds": "✓", "does not hold": "✗", "undecided": "?"}


def chart(claim: Mapping[str, Any], prefix: str) -> Chart:
    """Rows and words for one claim of a document (see bench/results/claims.schema.json)."""
    rows: list[Row] = []
    lines = []
    for case in claim["cases"]:
        ratio = Estimate(case["ratio"] or 0.0, case["low"], case["high"], case["blocks"])
        words = sentences.ratio(ratio) if case["ratio"] is not None else case["reason"]
        name = f"C = {case['concurrency']}"
        if case["ratio"] is not None:
            rows.append(
                {"runner": case["of"]["runner"], "name": name, "value": case["ratio"], "low": case["low"],
                 "high": case["high"], "text": f"{_side(case['of'])} over {_side(case['over'])}: {words}",
                 "words": f"{SIGNS.get(case['verdict'], '')} {words}".strip()}
            )  # fmt: skip
        cell = tables.Cell(words, case["ratio"], case["low"], case["high"])
        lines.append(
            [tables.word(_side(case["of"])), tables.word(_side(case["over"])), cell, tables.word(case["verdict"] or "")]
        )
    columns = [
        tables.Column("of", "of"), tables.Column("over", "over"),
        tables.Column("ratio", f"{claim['metric'] or 'ratio'}, ratio", estimate=True),
        tables.Column("verdict", "verdict"),
    ]  # fmt: skip
    return Chart(
        id=f"{prefix}-claim",
        kind="claim",
        title=f"{claim['metric'] or 'ratio'}: measured against claimed",
        description=" ".join(f"{row['text']}." for row in rows) or "Nothing was measured.",
        caption=f"95 % interval over blocks. Shaded: what is claimed, {claim['claimed']}.",
        rows=rows,
        options={"claimed": [claim["low"] or 0.0, claim["high"]]},
        table=tables.of("Cases of this claim", columns, lines, f"{prefix}-claim.csv"),
        blank=""
        if rows
        else "; ".join(dict.fromkeys(case["reason"] for case in claim["cases"])) or "no number settles it",
    )


def _side(side: Mapping[str, Any]) -> str:
    return f"{side['runner']} on {side['workload']} at C = {side['concurrency']}"


def draw(frame: pd.DataFrame, *, claimed: Sequence[float | None]) -> Figure:
    """One row per case."""
    from reports.drawing import panel

    found = frame.to_dict("records")
    height = ROW * len(found) + 48
    gutter = round(14 + 5.6 * max(len(row["words"]) for row in found))
    figure, axes = panel.panel(height, left=62, right=gutter, top=6)
    axes.set_ylim(len(found) - 0.4, -0.6)
    low, high = _span(found, claimed)
    axes.set_xscale("log", base=2)
    axes.set_xlim(low, high)
    ticks = panel.log_ticks(low, high, 4)
    panel.x_ticks(axes, ticks, [f"{tick:.3g}" for tick in ticks], "ratio", grid=True)
    panel.zone(axes, max(claimed[0] or low, low), min(claimed[1] or high, high))
    looks = panel.looks(frame)
    for place, row in enumerate(found):
        look = looks[row["runner"]]
        if panel.given(row["low"]):
            panel.intervals(axes, [((row["low"], row["high"]), (place, place))], look)
        panel.marks(axes, [row["value"]], [place], look, [row["text"]])
        panel.label(axes, 8, place, row["name"], panel.TEXT, panel.INK)
        panel.label(axes, panel.WIDTH - gutter + 8, place, row["words"], 9, panel.INK)
    return figure


def _span(found: Sequence[Mapping[Any, Any]], claimed: Sequence[float | None]) -> tuple[float, float]:
    """Everything that was measured, the claimed ends and 1, with room around."""
    known = [row[name] for row in found for name in ("value", "low", "high") if row[name] and not math.isnan(row[name])]
    known += [1.0, *(end for end in claimed if end)]
    low, high = min(known), max(known)
    pad = max((high / low) ** 0.1, 1.05)
    return low / pad, high * pad
