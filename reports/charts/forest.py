"""Ratios of throughput to the baseline, on a log2 axis with the band of equivalence: who wins, and how surely?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bench.judge import sentences
from bench.model import CaseSummary, Comparison
from reports.drawing.chart import Chart, Row
from reports.numbers import tables, units
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


def chart(index: Index, workload: str, prefix: str, baseline: str) -> Chart:
    """Rows and words for one workload and one baseline."""
    rows = [
        _row(index, index.pairs[workload, level, case.runner, baseline])
        for level in index.levels(workload)
        for case in index.contest(workload, level)
        if (workload, level, case.runner, baseline) in index.pairs
    ]
    place = index.runners.index(baseline)
    blocks = sorted({row["n"] for row in rows})
    margin = index.stored.plan.settings.margin
    return Chart(
        id=f"{prefix}-forest-{place}",
        kind="forest",
        title=f"Throughput relative to {baseline}",
        description=_describe(rows, baseline),
        caption=(
            f"Ratio of throughput to {baseline}, {index.confidence} interval, Student t over "
            f"{' or '.join(str(n) for n in blocks) or 'no'} blocks, turns paired. Shaded: within {margin * 100:g} %, "
            "a dead heat. ▲ faster, ▼ slower, = equivalent, ? inconclusive."
        ),
        rows=rows,
        options={"margin": margin, "baseline": baseline},
        table=_table(index, workload, baseline, f"{prefix}-ratios-{place}.csv"),
        baseline=baseline,
        blank="" if rows else f"nothing to compare with: {_why(index, workload, baseline)}",
    )


def _row(index: Index, pair: Comparison) -> Row:
    words = f"{sentences.ratio(pair.ratio)} {pair.baseline}"
    return {
        "runner": pair.runner,
        "slot": index.slots[pair.runner],
        "concurrency": pair.concurrency,
        "value": pair.ratio.value,
        "low": pair.ratio.low,
        "high": pair.ratio.high,
        "n": pair.ratio.blocks,
        "instead": units.blocks_without_interval(pair.ratio.blocks).removesuffix(", no interval"),
        "verdict": pair.verdict,
        "text": f"{pair.runner}, C = {pair.concurrency}: {words}{f', {pair.verdict}' if pair.verdict else ''}",
    }


def _describe(rows: list[Row], baseline: str) -> str:
    if not rows:
        return "Nothing was compared."
    best, worst = max(rows, key=lambda row: row["value"]), min(rows, key=lambda row: row["value"])
    return f"Ratios to {baseline}. Highest: {best['text']}. Lowest: {worst['text']}."


def _why(index: Index, workload: str, baseline: str) -> str:
    reasons = [
        case.reason
        for level in index.levels(workload)
        if (case := index.cases.get((workload, level, baseline))) and case.reason
    ]
    return reasons[0] if reasons else f"{baseline} and another runner have no block in common"


def _table(index: Index, workload: str, baseline: str, file: str) -> tables.Table:
    lines = [
        [tables.count(level), tables.word(case.runner), *_cells(index, case, baseline)]
        for level in index.levels(workload)
        for case in index.contest(workload, level)
    ]
    columns = [
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        tables.Column("ratio", f"ratio to {baseline}", estimate=True),
        tables.Column("verdict", "verdict"),
        tables.Column("p_adjusted", "p (Holm)", number=True),
    ]
    shown = tables.of(f"Throughput of {workload} relative to {baseline}", columns, lines, file)
    return replace(shown, whole=_all_pairs(index, workload, file))


def _all_pairs(index: Index, workload: str, file: str) -> tables.Table:
    """Every ordered pair, so that one CSV serves all baselines."""
    pairs = [pair for key, pair in index.pairs.items() if key[0] == workload]
    lines = [
        [tables.count(pair.concurrency), tables.word(pair.runner), tables.word(pair.baseline), _ratio(pair),
         tables.word(pair.verdict or "no verdict"), _p(pair)]
        for pair in pairs
    ]  # fmt: skip
    columns = [
        tables.Column("concurrency", "C", number=True),
        tables.Column("runner", "runner"),
        tables.Column("baseline", "baseline"),
        tables.Column("ratio", "ratio", estimate=True),
        tables.Column("verdict", "verdict"),
        tables.Column("p_adjusted", "p (Holm)", number=True),
    ]
    return tables.of(f"Throughput of {workload}, all pairs", columns, lines, file)


def _cells(index: Index, case: CaseSummary, baseline: str) -> list[tables.Cell]:
    if case.runner == baseline:
        return [tables.word("the baseline"), tables.word(""), tables.word("")]
    pair = index.pairs.get((case.workload, case.concurrency, case.runner, baseline))
    if pair is None:
        reason = case.reason or _why(index, case.workload, baseline)
        return [tables.missing(reason), tables.word(""), tables.word("")]
    return [_ratio(pair), tables.word(pair.verdict or "no verdict"), _p(pair)]


def _ratio(pair: Comparison) -> tables.Cell:
    return tables.Cell(sentences.ratio(pair.ratio), pair.ratio.value, pair.ratio.low, pair.ratio.high)


def _p(pair: Comparison) -> tables.Cell:
    if pair.p is None:
        return tables.missing(units.blocks_without_interval(pair.ratio.blocks))
    return tables.Cell("< 0.0001" if pair.p < 1e-4 else f"{pair.p:.4f}", pair.p)


def draw(frame: pd.DataFrame, *, margin: float, baseline: str) -> Figure:
    """One row per runner, grouped by concurrency, the ratio in words on the right.

    A row may have ``each``, ratios of single runs that are drawn as small dots, and has in ``instead`` the words that
    stand where an interval would.
    """
    from reports.drawing import panel

    levels = sorted(set(frame["concurrency"]))
    height = 20 + HEAD * len(levels) + ROW * len(frame) + 30
    gutter = round(12 + GLYPH * max(len(_words(row)) for row in frame.to_dict("records")))
    figure, axes = panel.panel(height, left=78, right=gutter, top=4, bottom=34)
    axes.set_ylim(height - 38, 0)
    axes.set_yticks([])
    _ratio_axis(axes, frame, margin)
    panel.x_title(axes, panel.cut(f"times the throughput of {baseline}", 36))
    looks = panel.looks(frame)
    y = 2.0
    for level in levels:
        y += HEAD
        _label(axes, 8, y - 6, f"C = {level}", panel.TEXT - 0.5, panel.MUTED)
        for row in frame[frame["concurrency"] == level].to_dict("records"):
            y += ROW
            middle, look = y - ROW / 2 + 2, looks[row["runner"]]
            each = row.get("each", [])
            panel.dots(axes, each, [middle] * len(each), look, 2.6)
            if panel.given(row["low"]):
                panel.interval(axes, [row["low"], row["high"]], [middle, middle], look)
            panel.mark(axes, row["value"], middle, look, row["text"], size=6.5)
            _label(axes, 8, middle, panel.cut(row["runner"], 11), panel.TEXT, panel.INK)
            _label(axes, panel.WIDTH - gutter + 6, middle, _words(row), 9, panel.INK)
    return figure


def _ratio_axis(axes: Axes, frame: pd.DataFrame, margin: float) -> None:
    """A log2 axis with a line at 1 and the band of equivalence."""
    from reports.drawing import panel

    low, high = _limits(frame, margin)
    axes.set_xscale("log", base=2)
    axes.set_xlim(low, high)
    ticks = _ticks(low, high)
    axes.set_xticks(ticks, [_tick(tick) for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.grid(axis="x", color=panel.GRID, linewidth=0.8, clip_on=False)
    axes.axvspan(1 / (1 + margin), 1 + margin, color=panel.BAND, linewidth=0, zorder=0.2)
    axes.axvline(1, color=panel.AXIS, linewidth=1.1, zorder=1)


def _label(axes: Axes, x_px: float, y: float, text: str, size: float, colour: str) -> None:
    """Words at so many px from the left, at a height in data units."""
    from matplotlib.transforms import blended_transform_factory

    from reports.drawing import panel

    place = blended_transform_factory(axes.figure.transSubfigure, axes.transData)
    axes.text(x_px / panel.WIDTH, y, text, transform=place, fontsize=size, color=colour, va="center_baseline")


def _words(row: Mapping[Any, Any]) -> str:
    from reports.drawing import panel

    if not panel.given(row["low"]):
        return f"{sentences.number(row['value'])} ({row['instead']})"
    value, low, high = (sentences.number(row[name]) for name in ("value", "low", "high"))
    return f"{SIGNS.get(row['verdict'], '')} {value} [{low}, {high}]".strip()


def _limits(frame: pd.DataFrame, margin: float) -> tuple[float, float]:
    each = [value for row in frame.to_dict("records") for value in row.get("each", ())]
    lows = [*each, *(value for name in ("value", "low") for value in frame[name].dropna())]
    highs = [*each, *(value for name in ("value", "high") for value in frame[name].dropna())]
    low, high = min(*lows, 1 / (1 + margin) ** 2), max(*highs, (1 + margin) ** 2)
    pad = (high / low) ** 0.06
    return low / pad, high * pad


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
