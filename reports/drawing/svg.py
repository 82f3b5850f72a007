"""matplotlib's SVG -> a small fragment that can stand inline in a page many times.

Colours become CSS variables; the style element that would apply to the whole page is dropped (its one rule is in the
page's CSS, below ``svg.chart``); groups that only hold others are opened; artists named by `reports.drawing.panel` get
data attributes. What several drawings have in common is on the page once: a fragment names its markers and clips by
their content, and `share` gives each different one an id. So a fragment has no ids of its own, and the same drawing is
the same text wherever it stands.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from reports.drawing import palette, path

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_STYLE = re.compile(r' style="([^"]*)"')
_SHAPE = re.compile(r' href="#(M[^"]*)"')
_QUOTED = re.compile(r' (x|y|href|class|data-x)="([^\s"\'=<>`/]+)"(?= )')
"""Attributes whose quotes HTML lets one leave out; the last before the end of a tag keeps them."""
_CLIP = re.compile(r' clip-path="url\(#([\d. -]+)\)"')
_DROPPED_STYLES = {
    "font-family",
    "font-style",
    "font-weight",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-dashoffset",
}
_DEFAULTS = {"stroke-linecap": "butt", "opacity": "1", "fill-opacity": "1", "stroke-opacity": "1"}
_COLOURS = palette.sentinels()
_DOT_GRID = 1
"""px to which small dots are rounded; those that then coincide are one."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Fragments of one page, what they share as SVG definitions, and the CSS of their styles."""

    fragments: tuple[str, ...]
    definitions: str
    css: str


def fragment(text: str) -> str:
    """Clean one SVG document."""
    root = ET.fromstring(text)  # noqa: S314 - our own matplotlib wrote it
    width, height = root.attrib["viewBox"].split()[2:]
    elements = [element for child in root for element in _Cleaner(root, float(height)).elements(child)]
    return f'viewBox="0 0 {path.rounded(width)} {path.rounded(height)}">{_grouped(elements)}'


def share(fragments: Iterable[str]) -> Shared:
    """Replace shapes, clips and repeated styles by references to one definition for the whole page.

    The CSS applies below ``svg.chart`` only.
    """
    texts = list(fragments)
    shapes = _names(texts, _SHAPE, "_", least=1)
    clips = _names(texts, _CLIP, "_c", least=1)
    styles = _names(texts, _STYLE, "q", least=2)
    drawn = "".join(f'<path id="{name}" d="{shape}"/>' for shape, name in shapes.items())
    for box, name in clips.items():
        x, y, width, height = box.split()
        drawn += f'<clipPath id="{name}"><rect x="{x}" y="{y}" width="{width}" height="{height}"/></clipPath>'
    for pattern, names, written in (
        (_SHAPE, shapes, ' href="#{}"'),
        (_CLIP, clips, ' clip-path="url(#{})"'),
        (_STYLE, styles, ' class="{}"'),
    ):
        texts = [pattern.sub(_naming(names, written), text) for text in texts]
    css = "".join(f"svg.chart .{name}{{{style}}}" for style, name in styles.items())
    return Shared(tuple(_QUOTED.sub(r" \1=\2", text) for text in texts), drawn, css)


def _names(texts: Iterable[str], pattern: re.Pattern[str], prefix: str, *, least: int) -> dict[str, str]:
    counts = Counter(found for text in texts for found in pattern.findall(text))
    return {found: f"{prefix}{number}" for number, (found, seen) in enumerate(counts.items()) if seen >= least}


def _naming(names: dict[str, str], written: str) -> Callable[[re.Match[str]], str]:
    return lambda match: written.format(names[match[1]]) if match[1] in names else match[0]


class _Cleaner:
    """Carries what one document's elements need to know of each other."""

    def __init__(self, root: ET.Element, height: float) -> None:
        self._height = height
        self._shapes = {node.attrib["id"]: node for node in root.iter(f"{_SVG}path") if "id" in node.attrib}
        self._clips = {
            clip.attrib["id"]: tuple(float(clip[0].attrib[name]) for name in ("x", "y", "width", "height"))
            for clip in root.iter(f"{_SVG}clipPath")
        }

    def elements(self, node: ET.Element, clip: str = "", data: Iterator[dict[str, str]] | None = None) -> list[str]:
        """What is to be seen of an element and of those it holds, one after the other.

        Args:
            clip: the clip of a group around it. data: the attributes of the next marks, one after the other.
        """
        tag, name = node.tag.removeprefix(_SVG), node.attrib.get("id", "")
        if tag in {"metadata", "style", "title", "defs"}:
            return []
        if name.startswith("dots|"):
            return _dots(node, float(name.partition("|")[2]))
        if name.startswith("data|"):
            data = iter(json.loads(name.removeprefix("data|")))
        data = iter(()) if data is None else data
        clip = node.attrib.get("clip-path", clip)
        if tag == "g":
            return [element for child in node for element in self.elements(child, clip, data)]
        if tag == "use":
            return [self._use(node, clip, data)]
        if tag == "path":
            return [self._path(node, _style(node.attrib.get("style", "")), clip, next(data, {}))]
        return [_tag(tag, self._attributes(node) | _data(next(data, {})), _escape(node.text or ""))]

    def _use(self, use: ET.Element, clip: str, data: Iterator[dict[str, str]]) -> str:
        shape = self._shapes[use.attrib[_XLINK][1:]]
        style = _style(f"{shape.attrib.get('style', '')};{use.attrib.get('style', '')}")
        x, y, mark = float(use.attrib["x"]), float(use.attrib["y"]), next(data, {})
        if "d" not in shape.attrib or (x, y) == (0, self._height):  # a filled area, which matplotlib puts upside down
            return self._path(shape, style, clip, mark, y)
        attributes = {
            "href": f"#{path.small(path.parsed(shape.attrib['d']))}",
            "x": path.number(x),
            "y": path.number(y),
        }
        return _tag("use", attributes | _data(mark) | ({"style": style} if style else {}), "")

    def _path(self, shape: ET.Element, style: str, clip: str, data: dict[str, str], down: float = 0.0) -> str:
        if "d" not in shape.attrib:  # matplotlib leaves out what is empty: nothing of it is within the axes
            return ""
        lines = path.parsed(shape.attrib["d"], down)
        attributes = {"d": path.small(lines)}
        box = self._clips.get(clip[5:-1])
        if box and not path.inside(lines, box):
            attributes["clip-path"] = f"url(#{' '.join(path.number(value) for value in box)})"
        return _tag("path", attributes | _data(data) | ({"style": style} if style else {}), "")

    def _attributes(self, node: ET.Element) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in node.attrib.items():
            if name == "style":
                found |= {"style": style} if (style := _style(value)) else {}
            elif name == "transform":
                found |= {} if value.startswith(("rotate(-0 ", "rotate(0 ")) else {name: path.rounded(value)}
            else:  # of a text, whose place needs no tenths
                found[name] = f"{float(value):.0f}" if name in {"x", "y"} else _escape(path.rounded(value))
        return found


def _data(found: dict[str, str]) -> dict[str, str]:
    """Data attributes; one that is named ``hidden`` hides the mark until the page shows it."""
    shown = {f"data-{name}": _escape(value) for name, value in found.items() if name != "hidden"}
    return shown | ({"visibility": "hidden"} if "hidden" in found else {})


def _dots(group: ET.Element, size: float) -> list[str]:
    """One path of points with round caps in place of a shape per dot."""
    uses = [node for node in group.iter() if node.tag == f"{_SVG}use"]
    if not uses:
        return []
    colour = next(value for value in _style(uses[0].attrib["style"]).split(";") if value.startswith("fill:"))[5:]
    places = dict.fromkeys(
        tuple(round(float(node.attrib[axis]) / _DOT_GRID) * _DOT_GRID for axis in "xy") for node in uses
    )
    drawn = path.dots([(x, y) for x, y in sorted(places)])
    style = f"stroke:{colour};stroke-width:{size:g};stroke-linecap:round;fill:none"
    return [_tag("path", {"d": drawn, "style": style}, "")]


def _grouped(elements: Sequence[str]) -> str:
    """Neighbours of the same style, three or more, share it by a group."""
    made = ""
    for style, run in itertools.groupby(elements, key=lambda element: (_STYLE.search(element) or [""])[0]):
        together = list(run)
        alone = "".join(together)
        made += f"<g{style}>{alone.replace(style, '')}</g>" if style and len(together) > 2 else alone
    return made


def _tag(tag: str, attributes: dict[str, str], inner: str) -> str:
    opened = f"<{tag}" + "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"{opened}>{inner}</{tag}>" if inner else f"{opened}/>"


def _style(text: str) -> str:
    kept: dict[str, str] = {}
    for declaration in text.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if not name or name in _DROPPED_STYLES or _DEFAULTS.get(name) == value:
            continue
        if name == "font":  # size and family in one; the family is the page's
            size = re.search(r"[\d.]+px", value)
            name, value = "font-size", size.group() if size else value
        kept[name] = _COLOURS.get(value, path.rounded(value))
    return _escape(";".join(f"{name}:{value}" for name, value in kept.items()))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
