"""The empty panel every chart starts from, and the marks they share. Sizes are px: a figure has 72 of them per inch.

A panel is 340 px wide, so that on a phone it is shown at its own size and never shrinks its text. Layout is by fixed
margins: matplotlib's own engines cost seconds per report, and a browser has other fonts anyway.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.transforms import Transform, blended_transform_factory

from reports.drawing import palette
from reports.numbers import slots, units

WIDTH = 340
TEXT = 10.5
INK, MUTED, GRID, AXIS, BAND, SURFACE = (
    pair[0] for pair in (palette.INK, palette.MUTED, palette.GRID, palette.AXIS, palette.BAND, palette.SURFACE)
)

mpl.use("svg")
mpl.rcParams.update({"svg.fonttype": "none", "path.simplify": False, "font.family": "DejaVu Sans", "font.size": TEXT})


def panel(
    height: int, *, width: int = WIDTH, left: int = 46, right: int = 88, top: int = 20, bottom: int = 34
) -> tuple[Figure, Axes]:
    """A figure of ``height`` px with one pair of axes inside margins of so many px."""
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    figure.patch.set_visible(False)
    axes = figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )
    axes.set_axis_off()
    return figure, axes


def looks(frame: pd.DataFrame) -> dict[str, palette.Look]:
    """Runner -> look, from the frame's slots or, in a notebook's own frame, from the runners' names."""
    names = list(dict.fromkeys(frame["runner"]))
    taken = dict(zip(frame["runner"], frame["slot"], strict=True)) if "slot" in frame else slots.of(names)
    return {name: palette.look(name, int(taken[name])) for name in names}


def y_axis(axes: Axes, low: float, high: float, unit: str, *, log: bool, factor: float = 1.0) -> None:
    """Scale, few ticks and the unit above the axis.

    Args:
        low, high: the data's range in base units; the axis adds a margin.
        factor: base units per unit shown.
    """
    if log:
        axes.set_yscale("log")
        pad = max((high / low) ** 0.08, 1.06)
        axes.set_ylim(low / pad, high * pad)
        ticks = log_ticks(low / pad / factor, high * pad / factor)
    else:
        axes.set_ylim(0, high * 1.1 or 1.0)
        ticks = linear_ticks(high * 1.1 / factor or 1.0)
    y_ticks(axes, [tick * factor for tick in ticks], [units.tick(tick) for tick in ticks], unit)


def x_levels(axes: Axes, levels: Sequence[int]) -> None:
    """Concurrency on a log2 axis, with one tick per level as far as they have room."""
    axes.set_xscale("log", base=2)
    spread = max(levels[-1] / levels[0], 2)
    axes.set_xlim(levels[0] / spread**0.07, levels[-1] * spread**0.07)
    step = math.ceil(len(levels) / 7)
    shown = list(levels)[::-1][::step][::-1]
    x_ticks(axes, shown, [str(level) for level in shown], "concurrency (workers)")


def y_ticks(axes: Axes, ticks: Sequence[float], names: Sequence[str], unit: str) -> None:
    """A line across at each tick with its name on the left, and the unit above; the limits stand already.

    matplotlib's own ticks are four artists each; these are a third of the time and half of the bytes.
    """
    _pieces(axes, [((0, 1), (tick, tick)) for tick in ticks], axes.get_yaxis_transform(), color=GRID, linewidth=0.8)
    left = axes.get_position().x0 * WIDTH - 3.5
    for tick, name in zip(ticks, names, strict=True):
        label(axes, left, tick, name, TEXT - 0.5, MUTED, ha="right")
    axes.figure.text(4 / WIDTH, 1 - 5 / _height(axes), unit, color=MUTED, fontsize=TEXT - 0.5, va="top", ha="left")


def x_ticks(
    axes: Axes, ticks: Sequence[float], names: Sequence[str], title: str, *, grid: bool = False, movable: bool = False
) -> None:
    """The line below the axes with a mark and a name at each tick, and words under it; the limits stand already.

    Args:
        movable: the page can put other ticks there, so their parts are named.
    """
    named = {part: data(x=part) if movable else None for part in ("grid", "axis", "tick", "title")}
    height, foot, top = _height(axes), axes.get_position().y0, axes.get_position().y1
    places = blended_transform_factory(axes.transData, axes.figure.transFigure)
    if grid:
        _pieces(axes, [((tick, tick), (foot, top)) for tick in ticks], places, color=GRID, linewidth=0.8,
                gid=named["grid"])  # fmt: skip
    low, high = axes.get_xlim()
    marks = [((low, high), (foot, foot)), *(((tick, tick), (foot, foot - 3 / height)) for tick in ticks)]
    _pieces(axes, marks, places, color=AXIS, linewidth=0.8, zorder=2.5, gid=named["axis"])
    for tick, name in zip(ticks, names, strict=True):
        axes.text(tick, foot - 6.5 / height, name, transform=places, color=MUTED, fontsize=TEXT - 0.5, ha="center",
                  va="top", gid=named["tick"])  # fmt: skip
    axes.figure.text(
        (axes.get_position().x0 + axes.get_position().x1) / 2, 4 / height, title, color=MUTED, fontsize=TEXT - 0.5,
        ha="center", va="bottom", gid=named["title"],
    )  # fmt: skip


def label(
    axes: Axes, x_px: float, y: float, text: str, size: float, colour: str, *, ha: Literal["left", "right"] = "left",
    gid: str | None = None,
) -> None:  # fmt: skip
    """Words at so many px from the left, at a height in data units."""
    places = blended_transform_factory(axes.figure.transSubfigure, axes.transData)
    axes.text(x_px / axes.figure.bbox.width, y, text, transform=places, fontsize=size, color=colour, ha=ha,
              va="center_baseline", gid=gid)  # fmt: skip


Piece = tuple[tuple[float, float], tuple[float, float]]
"""The xs and the ys of the two ends of a straight line."""


def _pieces(axes: Axes, pieces: Sequence[Piece], transform: Transform, **look: Any) -> None:
    """Straight lines as one artist."""
    xs = [x for ends, _ in pieces for x in (*ends, math.nan)]
    ys = [y for _, ends in pieces for y in (*ends, math.nan)]
    axes.add_artist(Line2D(xs, ys, transform=transform, clip_on=False, solid_capstyle="butt", **look))


def gutter(axes: Axes, ends: Sequence[tuple[str, float, palette.Look]], *, step: float = 15.0) -> None:
    """Name every series right of the axes at the height where it ends, pushed apart to ``step`` px.

    Args:
        ends: (name, y in data units, look).
    """
    height = _height(axes)
    box = axes.get_position()
    wanted = sorted(
        ((float(axes.transData.transform((axes.get_xlim()[0], y))[1]), name, look) for name, y, look in ends),
        key=lambda end: end[0],
    )
    placed = spread([y for y, _, _ in wanted], step, box.y0 * height + 4, box.y1 * height + 6)
    for y, (_, name, look) in zip(placed, wanted, strict=True):
        x = box.x1 + 10 / WIDTH
        _markers(axes, [x], [y / height], look.marker, 5.5, color=look.light, transform=axes.figure.transFigure)
        axes.figure.text(
            x + 8 / WIDTH, y / height, cut(name, 11), color=INK, fontsize=TEXT, va="center_baseline", ha="left"
        )


def spread(wanted: Sequence[float], step: float, low: float, high: float) -> list[float]:
    """Heights as near as possible to the wanted ones (ascending), at least ``step`` apart, within low and high."""
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, low if not placed else placed[-1] + step))
    ceiling = high
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - step
    return placed


def marks(
    axes: Axes, xs: Sequence[float], ys: Sequence[float], look: palette.Look, texts: Sequence[str], *, size: float = 6,
    **named: str,
) -> None:  # fmt: skip
    """The marks of estimates of one runner; each text is read on hover and by keyboard. ``size`` in px."""
    _markers(axes, xs, ys, look.marker, size, color=look.light, markeredgecolor=SURFACE, markeredgewidth=0.7, zorder=4,
             gid=data(*({"t": text, **named} for text in texts)))  # fmt: skip


def curve(
    axes: Axes, xs: Sequence[float], ys: Sequence[float], colour: str, *, width: float = 1.6, line: Any = "-",
    zorder: float = 3, gid: str | None = None, transform: Transform | None = None,
) -> None:  # fmt: skip
    """A line from point to point, cut at the edge of the axes."""
    made = Line2D(xs, ys, color=colour, linewidth=width, linestyle=line, zorder=zorder)
    made.set(gid=gid, transform=transform or axes.transData)
    axes.add_artist(made)


def ribbon(axes: Axes, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], colour: str) -> None:
    """The area between two curves over the same points."""
    around = [*zip(xs, lows, strict=True), *zip(reversed(xs), reversed(highs), strict=True)]
    axes.add_artist(Polygon(around, facecolor=colour, alpha=0.16, linewidth=0, zorder=2))


def area(axes: Axes, corners: Sequence[tuple[float, float]], colour: str) -> None:
    """A plane in a runner's colour, faint enough for marks to stand on."""
    axes.add_artist(Polygon(corners, facecolor=colour, alpha=0.3, linewidth=0, zorder=2))


def stripe(axes: Axes, low: float, high: float) -> None:
    """A band across the whole figure between two heights in data units."""
    places = blended_transform_factory(axes.figure.transFigure, axes.transData)
    box = Polygon([(0, low), (1, low), (1, high), (0, high)], color=BAND, linewidth=0, zorder=0.2)
    box.set(transform=places, clip_on=False)
    axes.add_artist(box)


def zone(axes: Axes, low: float, high: float) -> None:
    """On an axis of ratios: the band of what is claimed, with a line at each of its ends."""
    places = axes.get_xaxis_transform()
    box = Polygon([(low, 0), (high, 0), (high, 1), (low, 1)], color=BAND, linewidth=0, zorder=0.2)
    box.set(transform=places)
    axes.add_artist(box)
    for end in (low, high):
        curve(axes, [end, end], [0, 1], AXIS, width=0.9, zorder=1, transform=places)


def likeness(axes: Axes, margin: float) -> None:
    """On an axis of ratios: a line at 1, and the band within which a ratio is equivalent."""
    places = axes.get_xaxis_transform()
    low, high = 1 / (1 + margin), 1 + margin
    box = Polygon([(low, 0), (high, 0), (high, 1), (low, 1)], color=BAND, linewidth=0, zorder=0.2)
    box.set(gid=data(x="band"), transform=places)
    axes.add_artist(box)
    curve(axes, [1, 1], [0, 1], AXIS, width=1.1, zorder=1, gid=data(x="one"), transform=places)


def intervals(axes: Axes, pieces: Sequence[Piece], look: palette.Look, gid: str | None = None) -> None:
    """The lines of the intervals of one runner."""
    if pieces:
        _pieces(axes, pieces, axes.transData, color=look.light, linewidth=1.5, zorder=3, gid=gid)


def dots(axes: Axes, xs: Sequence[float], ys: Sequence[float], look: palette.Look, size: float) -> None:
    """Many small round dots, which svg.py turns into one path."""
    _markers(axes, xs, ys, "o", size, color=look.light, zorder=2, gid=f"dots|{size}")


def _markers(
    axes: Axes, xs: Sequence[float], ys: Sequence[float], marker: str, size: float, *, gid: str | None = None,
    transform: Transform | None = None, **look: Any,
) -> None:  # fmt: skip
    made = Line2D(xs, ys, linestyle="none", marker=marker, markersize=size, **{"markeredgewidth": 0} | look)
    made.set(gid=gid, transform=transform or axes.transData, clip_on=False)
    axes.add_artist(made)


def data(*each: dict[str, str], **one: str) -> str:
    """The name of an artist by which svg.py gives data attributes to each of its marks, or to its one line or text."""
    return f"data|{json.dumps([*each, *([one] if one else [])], ensure_ascii=False)}"


def given(value: float | None) -> bool:
    """Whether a frame's cell holds a figure: pandas turns None into NaN beside numbers."""
    return value is not None and not math.isnan(value)


def cut(text: str, most: int) -> str:
    """Text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between low and high: decades where there are enough, else 1-2-5, else evenly in between."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for mantissas in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8)):
        ticks = [m * 10.0**e for e in range(first, last + 1) for m in mantissas if low <= m * 10.0**e <= high]
        if len(ticks) >= 3:
            return ticks[:: math.ceil(len(ticks) / most)]
    step = nice_step((high - low) / 3)
    return [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def linear_ticks(high: float) -> list[float]:
    """Round numbers from 0 to high, four to six of them."""
    step = nice_step(high / 4)
    return [step * k for k in range(int(high / step + 1e-9) + 1)]


def nice_step(raw: float) -> float:
    """1, 2, 2.5 or 5 times a power of ten, at least ``raw`` / 1.25."""
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw / 1.25)


def scale_of(values: Sequence[float], scale: Callable[[float], units.Scale]) -> units.Scale:
    """One unit for a whole axis: that of the geometric middle of its range."""
    positive = [value for value in values if value > 0]
    return scale(math.sqrt(min(positive) * max(positive))) if positive else scale(1.0)


def _height(axes: Axes) -> float:
    return float(axes.figure.bbox.height)
