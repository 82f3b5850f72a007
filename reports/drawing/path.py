"""Paths of SVG in few bytes: points that add nothing are left out, numbers are rounded and written short (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

NEAR = 0.25
"""px by which a line may pass a point that is left out."""

Point = tuple[float, float]

_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+")
_WORDS = re.compile(r"[A-Za-z]|-?[\d.]+(?:e-?\d+)?")


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined by straight lines, or by curves of three points each."""

    points: tuple[Point, ...]
    closed: bool = False
    curved: bool = False


def parsed(d: str, down: float = 0.0) -> list[Line]:
    """The lines of a path that matplotlib wrote, which has absolute M, L, C, Q and z only.

    Args:
        down: px by which it is moved.
    """
    found: list[Line] = []
    points: list[Point] = []
    closed = curved = False
    numbers: list[float] = []
    for word in [*_WORDS.findall(d), "M"]:
        if word == "M":
            found += [Line(tuple(points), closed, curved)] if points else []
            points, closed, curved = [], False, False
        elif word in "zZ":
            closed = True
        elif word in "CQ":
            curved = True
        elif word != "L":
            numbers.append(float(word))
            if len(numbers) == 2:
                points.append((numbers[0], numbers[1] + down))
                numbers = []
    return found


def small(lines: Sequence[Line]) -> str:
    """The ``d`` of a path, to a tenth of a px; straight lines in relative steps, which are half as long."""
    return "".join(_curve(line) if line.curved else _polyline(line) for line in lines)


def _curve(line: Line) -> str:
    first, *rest = line.points
    return f"M{_pair(*first)}C{' '.join(_pair(*point) for point in rest)}{'z' if line.closed else ''}"


def _polyline(line: Line) -> str:
    tenths = [(round(x * 10), round(y * 10)) for x, y in thinned(line.points)]  # so that steps add up exactly
    made, last = f"M{_pair(tenths[0][0] / 10, tenths[0][1] / 10)}", ""
    for (x, y), (at_x, at_y) in zip(tenths[1:], tenths, strict=False):
        if (x, y) == (at_x, at_y):
            continue
        command = "h" if y == at_y else "v" if x == at_x else "l"
        text = _pair((x - at_x) / 10, (y - at_y) / 10) if command == "l" else number((x - at_x or y - at_y) / 10)
        made = _joined(made, text) if command == last == "l" else f"{made}{command}{text}"
        last = command
    if len(tenths) > 1 and not last:
        made += "h0"  # a line of no length still stands for something
    return made + ("z" if line.closed else "")


def dots(points: Sequence[Point]) -> str:
    """A path of points; drawn with round caps, each is a dot."""
    made, at = "", (0.0, 0.0)
    for x, y in points:
        made += f"m{_pair(x - at[0], y - at[1])}h0" if made else f"M{_pair(x, y)}h0"
        at = (x, y)
    return made


def thinned(points: Sequence[Point], near: float = NEAR) -> list[Point]:
    """The points without which the line would pass some of them farther off (Douglas & Peucker 1973)."""
    keep = {0, len(points) - 1}
    open_ = [(0, len(points) - 1)]
    while open_:
        first, last = open_.pop()
        farthest, place = max(
            ((_distance(points[k], points[first], points[last]), k) for k in range(first + 1, last)), default=(0.0, 0)
        )
        if farthest > near:
            keep.add(place)
            open_ += [(first, place), (place, last)]
    return [points[place] for place in sorted(keep)]


def _distance(point: Point, one: Point, other: Point) -> float:
    """From a point to the stretch between two others."""
    (x, y), (x0, y0), (x1, y1) = point, one, other
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = max(0.0, min(1.0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length)) if length else 0.0
    dx, dy = x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)
    return float((dx * dx + dy * dy) ** 0.5)


def inside(lines: Sequence[Line], box: Sequence[float]) -> bool:
    """Whether a box (x, y, width, height) holds every point, so that clipping by it changes nothing."""
    left, top, width, height = box
    return all(
        left - NEAR <= x <= left + width + NEAR and top - NEAR <= y <= top + height + NEAR
        for line in lines
        for x, y in line.points
    )


def number(value: float) -> str:
    """To a tenth, without needless zeros: ``12.5``, ``.4``, ``-.4``, ``3``."""
    text = f"{round(value, 1) + 0.0:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _pair(x: float, y: float) -> str:
    return _joined(number(x), number(y))


def _joined(text: str, following: str) -> str:
    """Two numbers in a row: a sign parts them, and so does the point of a second one below 1 after a first with one."""
    before = re.split(r"[A-Za-z -]", text)[-1]
    apart = following[0] == "-" or (following[0] == "." and "." in before)
    return f"{text}{following}" if apart else f"{text} {following}"


def rounded(text: str) -> str:
    """Text in which every decimal number is rounded to a tenth."""
    return _NUMBER.sub(lambda match: f"{round(float(match.group()), 1) + 0.0:g}", text)
