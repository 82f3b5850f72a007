"""Colour, marker and line of every runner: keyed by the runner, never by its rank.

The first six pairs keep at least 3:1 on their surface and stay apart under protan, deutan and tritan vision (their
lightness differs as well as their hue); the rest serve machines with many third-party runners, and lean on markers.
"""

from __future__ import annotations

from dataclasses import dataclass

SURFACE = ("#ffffff", "#15181d")
"""What marks and text stand on, light and dark."""

INK = ("#1b2027", "#e8eaee")
MUTED = ("#565f6b", "#a3acb8")
GRID = ("#dde1e6", "#323842")
AXIS = ("#868f9b", "#7d8794")
BAND = ("#eef0f3", "#252a32")


@dataclass(frozen=True, slots=True)
class Look:
    """How a runner is drawn.

    slot: number of the CSS variable (``--r0`` …) that holds its colour. light, dark: that colour per theme.
    marker, line: in matplotlib's words.
    """

    slot: int
    light: str
    dark: str
    marker: str
    line: str


_COLOURS = (
    ("#9b39ba", "#885188"),
    ("#d27e1a", "#fec988"),
    ("#356a4e", "#6aaa97"),
    ("#162b77", "#0b63e7"),
    ("#5f9db1", "#5eeefe"),
    ("#58200c", "#d9270f"),
    ("#8a7a12", "#d9e604"),
    ("#c2185b", "#f48fb1"),
)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_LINES = {"processes": "--", "asyncio": "-.", "uvloop": "-."}

LOOKS = tuple(
    Look(slot, *colours, marker=marker, line="-")
    for slot, (colours, marker) in enumerate(zip(_COLOURS, _MARKERS, strict=True))
)


def look(runner: str, slot: int) -> Look:
    """The look of a runner in its slot."""
    base = LOOKS[slot % len(LOOKS)]
    return Look(base.slot, base.light, base.dark, base.marker, _LINES.get(runner, base.line))


def variables(theme: int) -> dict[str, str]:
    """CSS variable -> colour; theme 0 is light, 1 is dark."""
    named = {"surface": SURFACE, "ink": INK, "muted": MUTED, "grid": GRID, "axis": AXIS, "band": BAND}
    return {name: pair[theme] for name, pair in named.items()} | {
        f"r{one.slot}": (one.light, one.dark)[theme] for one in LOOKS
    }


def sentinels() -> dict[str, str]:
    """Light colour -> CSS variable: what a chart was drawn in, and what stands for it on the page."""
    return {colour: f"var(--{name})" for name, colour in variables(0).items()}
