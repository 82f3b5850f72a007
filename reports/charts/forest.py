"""Ratios of throughput to the baseline, on a log2 axis with the band of equivalence: who wins, and how surely?

Drawn once for the run's own baseline. The page moves it to any other: every row has its place whatever the baseline,
and `axis` is worked out for each of them beforehand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.judge import sentences
from bench.model import CaseSummary, Comparison
from reports.drawing.chart import Chart, Row
from reports.numbers import ratios
from reports.numbers.index import Index

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIGNS = {"faster": "▲", "slower": "▼", "equivalent": "=", "inconclusive": "?"}
"""Verdicts where there is no room for the word."""

ROW, HEAD = 17, 21
"""px per runner, and per heading of a concurrency."""
GLYPH = 5.5
"""px of an average character of the ratios in words, in DejaVu Sans at 9 px."""

Axis = tuple[float, float, list[tuple[float, str]]]
"""Lowest and highest ratio, and the ticks with their names."""


def chart(index: Index, workload: str, prefix: str, baseline: str) -> Chart:
    """Rows and words for one workload, relative to a baseline."""
    found = rows(index, workload, baseline)
    compared = [row for row in found if row["n"]]
    blocks = sorted({row["n"] for row in compared})
    margin = index.stored.plan.settings.margin
    pairs = index.pairs_of(workload)
    return Chart(
        id=f"{prefix}-forest",
        kind="forest",
        title=f"Throughput relative to {baseline}",
        description=_describe(compared, baseline),
        caption=(
            f"Ratio of throughput to {baseline}, {index.confidence} interval, Student t over "
            f"{' or '.join(str(n) for n in blocks) or 'no'} blocks, turns paired. Shaded: within {margin * 100:g} %, "
            "a dead heat. ▲ faster, ▼ slower, = equivalent, ? inconclusive."
        ),
        rows=found,
        options={
            "margin": margin,
            "baseline": baseline,
            "longest": max((len(_words(_figures(p))) for p in pairs), default=0),
        },
        table=ratios.table(index, workload, baseline, f"{prefix}-ratios.csv"),
        baseline=baseline,
        blank="" if pairs else f"nothing to compare with: {_why(index, workload, baseline)}",
    )


def rows(index: Index, workload: str, baseline: str) -> list[Row]:
    """One row per measured case, in places that do not depend on the baseline; ``n`` is 0 where nothing is compared."""
    return [
        _row(index, case, baseline)
        for level in index.levels(workload)
        for case in index.measured(workload, level)
    ]  # fmt: skip


def _row(index: Index, case: CaseSummary, baseline: str) -> Row:
    name = f"{case.runner}, C = {case.concurrency}"
    placed = {"runner": case.runner, "slot": index.slots[case.runner], "concurrency": case.concurrency}
    none = {"value": None, "low": None, "high": None, "verdict": None, "n": 0, "instead": "not compared"}
    if case.runner == baseline:
        return placed | none | {"value": 1.0, "instead": "baseline", "text": f"{name}: the baseline"}
    pair = index.pairs.get((case.workload, case.concurrency, case.runner, baseline))
    if pair is None:
        return placed | none | {"text": f"{name}: {ratios.reason(index, case, baseline)}"}
    said = f"{name}: {sentences.ratio(pair.ratio)} {baseline}{f', {pair.verdict}' if pair.verdict else ''}"
    return placed | _figures(pair) | {"text": said}


def _figures(pair: Comparison) -> Row:
    return {
        "value": pair.ratio.value, "low": pair.ratio.low, "high": pair.ratio.high, "verdict": pair.verdict,
        "n": pair.ratio.blocks, "instead": ratios.instead(pair),
    }  # fmt: skip


def _describe(found: Sequence[Row], baseline: str) -> str:
    if not found:
        return f"Nothing was compared with {baseline}."
    best, worst = max(found, key=lambda row: row["value"]), min(found, key=lambda row: row["value"])
    return f"Ratios to {baseline}. Highest: {best['text']}. Lowest: {worst['text']}."


def _why(index: Index, workload: str, baseline: str) -> str:
    reasons = [
        case.reason
        for level in index.levels(workload)
        if (case := index.cases.get((workload, level, baseline))) and case.reason
    ]
    return reasons[0] if reasons else f"{baseline} and another runner have no block in common"


def axis(found: Sequence[Mapping[Any, Any]], margin: float) -> Axis:
    """The span that holds every ratio, interval and the band of equivalence, with few ticks."""
    known = [row[name] for row in found for name in ("value", "low", "high") if _given(row[name])]
    known += [value for row in found for value in row.get("each", ())]
    low, high = min([*known, 1 / (1 + margin) ** 2]), max([*known, (1 + margin) ** 2])
    pad = (high / low) ** 0.06
    low, high = low / pad, high * pad
    return low, high, [(tick, _tick(tick)) for tick in _ticks(low, high)]


def draw(frame: pd.DataFrame, *, margin: float, baseline: str, longest: int = 0) -> Figure:
    """One row per runner, grouped by concurrency, the ratio in words on the right.

    Args:
        frame: a row may have ``each``, ratios of single runs that are drawn as small dots, and has in ``instead`` the
            words that stand where an interval would.
        longest: characters for which the words have room; at least as many as they have.
    """
    from reports.drawing import panel

    found = frame.to_dict("records")
    levels = sorted(set(frame["concurrency"]))
    height = 20 + HEAD * len(levels) + ROW * len(found) + 30
    gutter = round(12 + GLYPH * max(longest, *(len(_words(row)) for row in found)))
    figure, axes = panel.panel(height, left=78, right=gutter, top=4, bottom=34)
    axes.set_ylim(height - 38, 0)
    _ratio_axis(axes, found, margin, panel.cut(f"times the throughput of {baseline}", 36))
    looks = panel.looks(frame)
    y = 2.0
    for level in levels:
        y += HEAD
        panel.label(axes, 8, y - 6, f"C = {level}", panel.TEXT - 0.5, panel.MUTED)
        for row in (row for row in found if row["concurrency"] == level):
            y += ROW
            middle, look = y - ROW / 2 + 2, looks[row["runner"]]
            value, ends = row["value"], (row["low"], row["high"])
            panel.dots(axes, row.get("each", []), [middle] * len(row.get("each", [])), look, 2.6)
            whole = (ends if _given(ends[0]) else (1, 1), (middle, middle))
            panel.intervals(axes, [whole], look, panel.data(x="interval"))
            panel.marks(axes, [value if _given(value) else 1], [middle], look, [row["text"]], size=6.5,
                        **({} if _given(value) else {"hidden": "yes"}))  # fmt: skip
            panel.label(axes, 8, middle, panel.cut(row["runner"], 11), panel.TEXT, panel.INK)
            panel.label(axes, panel.WIDTH - gutter + 6, middle, _words(row), 9, panel.INK, gid=panel.data(x="words"))
    return figure


def _ratio_axis(axes: Axes, found: Sequence[Mapping[Any, Any]], margin: float, title: str) -> None:
    """A log2 axis with a line at 1 and the band of equivalence."""
    from reports.drawing import panel

    low, high, ticks = axis(found, margin)
    axes.set_xscale("log", base=2)
    axes.set_xlim(low, high)
    panel.x_ticks(axes, [tick for tick, _ in ticks], [name for _, name in ticks], title, grid=True, movable=True)
    panel.likeness(axes, margin)


def _words(row: Mapping[Any, Any]) -> str:
    if not _given(row["value"]) or row["instead"] == "baseline":
        return str(row["instead"])
    if not _given(row["low"]):
        return f"{sentences.number(row['value'])} ({row['instead']})"
    value, low, high = (sentences.number(row[name]) for name in ("value", "low", "high"))
    return f"{SIGNS.get(row['verdict'], '')} {value} [{low}, {high}]".strip()


def _given(value: float | None) -> bool:
    """Whether there is a figure: pandas turns None into NaN beside numbers."""
    return value is not None and not math.isnan(value)


def _ticks(low: float, high: float) -> list[float]:
    """Powers of two where there are three, with 1 among them; else powers of their root, or of a tenth."""
    for step in (1.0, 0.5, 0.2, 0.05):
        first, last = math.ceil(math.log2(low) / step), math.floor(math.log2(high) / step)
        if last - first >= 2 or step == 0.05:
            every = math.ceil((last - first + 1) / 5)
            return [2 ** (k * step) for k in range(first, last + 1) if k % every == 0]
    return [1.0]


def _tick(value: float) -> str:
    names = {0.5: "½", 0.25: "¼", 0.125: "⅛"}
    if value in names:
        return names[value]
    if value < 0.2:
        return f"1/{round(1 / value):,}"
    near = 0.8 < value < 1.25  # where two digits would give neighbours the same name
    return f"{value:.3g}" if near else f"{value:,.2g}" if value < 10 else f"{value:,.0f}"
