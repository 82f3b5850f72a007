"""The empty panel every chart starts from, and the marks they share. Sizes are px: a figure has 72 of them per inch.

A panel is 340 px wide, so that on a phone it is shown at its own size and never shrinks its text. Layout is by fixed
margins: matplotlib's own engines cost seconds per report, and a browser has other fonts anyway.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.drawing import palette
from reports.numbers import slots, units

WIDTH = 340
TEXT = 10.5
INK, MUTED, GRID, AXIS, BAND, SURFACE = (
    pair[0] for pair in (palette.INK, palette.MUTED, palette.GRID, palette.AXIS, palette.BAND, palette.SURFACE)
)

mpl.use("svg")
mpl.rcParams.update({"svg.fonttype": "none", "path.simplify": False, "font.family": "DejaVu Sans", "font.size": TEXT})


def panel(height: int, *, left: int = 46, right: int = 88, top: int = 20, bottom: int = 34) -> tuple[Figure, Axes]:
    """A figure of ``height`` px with one pair of axes inside margins of so many px."""
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    figure.patch.set_visible(False)
    axes = figure.add_axes(
        (left / WIDTH, bottom / height, (WIDTH - left - right) / WIDTH, (height - top - bottom) / height)
    )
    axes.patch.set_visible(False)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(AXIS)
    axes.tick_params(colors=MUTED, labelsize=TEXT - 0.5, length=3, width=0.8, color=AXIS)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
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
    axes.set_yticks([tick * factor for tick in ticks], [units.tick(tick) for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.grid(axis="y", color=GRID, linewidth=0.8, clip_on=False)
    axes.figure.text(4 / WIDTH, 1 - 5 / _height(axes), unit, color=MUTED, fontsize=TEXT - 0.5, va="top", ha="left")


def x_levels(axes: Axes, levels: Sequence[int]) -> None:
    """Concurrency on a log2 axis, with one tick per level as far as they have room."""
    axes.set_xscale("log", base=2)
    spread = max(levels[-1] / levels[0], 2)
    axes.set_xlim(levels[0] / spread**0.07, levels[-1] * spread**0.07)
    step = math.ceil(len(levels) / 7)
    shown = list(levels)[::-1][::step][::-1]
    axes.set_xticks(shown, [str(level) for level in shown])
    axes.set_xticks([], minor=True)
    x_title(axes, "concurrency (workers)")


def x_title(axes: Axes, text: str) -> None:
    """Words under the x axis."""
    box = axes.get_position()
    axes.figure.text(
        (box.x0 + box.x1) / 2, 4 / _height(axes), text, color=MUTED, fontsize=TEXT - 0.5, ha="center", va="bottom"
    )


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
        axes.plot(
            [x], [y / height], marker=look.marker, markersize=5.5, color=look.light, markeredgewidth=0,
            transform=axes.figure.transFigure, clip_on=False, linestyle="none",
        )  # fmt: skip
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


def mark(axes: Axes, x: float, y: float, look: palette.Look, text: str, *, size: float = 6) -> None:
    """The mark of an estimate; ``text`` is read on hover and by keyboard. ``size`` in px."""
    axes.plot(
        [x], [y], marker=look.marker, markersize=size, color=look.light, linestyle="none",
        markeredgecolor=SURFACE, markeredgewidth=0.7, gid=gid(text), zorder=4, clip_on=False,
    )  # fmt: skip


def interval(axes: Axes, xs: Sequence[float], ys: Sequence[float], look: palette.Look) -> None:
    """The line of one interval."""
    axes.plot(xs, ys, color=look.light, linewidth=1.5, zorder=3, solid_capstyle="butt", clip_on=False)


def dots(axes: Axes, xs: Sequence[float], ys: Sequence[float], look: palette.Look, size: float) -> None:
    """Many small round dots, which svg.py turns into one path."""
    axes.plot(
        xs, ys, linestyle="none", marker="o", markersize=size, color=look.light, markeredgewidth=0, zorder=2,
        clip_on=False, gid=f"dots|{size}",
    )  # fmt: skip


def gid(text: str) -> str:
    """Names an artist for the clean-up in svg.py, which turns it into a data attribute."""
    return f"mark|{text}"


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
