"""matplotlib's SVG -> a small fragment that can stand inline in a page many times.

Colours become CSS variables; ids are kept only where something refers to them, and are short and prefixed; the style
element that would apply to the whole page is dropped (its one rule is in the page's CSS, below ``svg.chart``); shapes
used once stand where they are used; numbers are rounded to a tenth of a px. Artists named by `reports.drawing.panel`
get a class and the text that is read on hover and by keyboard.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from reports.drawing import palette

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+")
_REFERENCE = re.compile(r"(?:url\(|href=\")#([\w.-]+)")
_STYLE = re.compile(r' style="([^"]*)"')
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


def fragment(text: str, prefix: str) -> str:
    """Clean one SVG document.

    Args:
        prefix: put before every id that is kept; unique on the page.
    """
    root = ET.fromstring(text)  # noqa: S314 - our own matplotlib wrote it
    width, height = root.attrib["viewBox"].split()[2:]
    body = "".join(_Cleaner(root, text, prefix).element(child) for child in root)
    return f'viewBox="0 0 {_round(width)} {_round(height)}">{body}'


def share_styles(fragments: Iterable[str]) -> tuple[list[str], str]:
    """Replace style attributes that repeat across a page's fragments by classes.

    Returns:
        The fragments, and the CSS of the classes, which applies below ``svg.chart`` only.
    """
    texts = list(fragments)
    counts = Counter(style for text in texts for style in _STYLE.findall(text))
    names = {style: f"q{number}" for number, (style, seen) in enumerate(counts.items()) if seen > 1}

    def named(match: re.Match[str]) -> str:
        return f' class="{names[match.group(1)]}"' if match.group(1) in names else match.group()

    css = "".join(f"svg.chart .{name}{{{style}}}" for style, name in names.items())
    return [_STYLE.sub(named, text) for text in texts], css


class _Cleaner:
    """Carries what one document's elements need to know of each other."""

    def __init__(self, root: ET.Element, text: str, prefix: str) -> None:
        uses = Counter(_REFERENCE.findall(text))
        shapes = {node.attrib["id"]: node for node in root.iter() if "id" in node.attrib and node.tag == f"{_SVG}path"}
        self._inline = {name: shapes[name] for name, count in uses.items() if count == 1 and name in shapes}
        self._ids = {name: f"{prefix}-{number}" for number, name in enumerate(uses)}

    def element(self, node: ET.Element) -> str:
        tag = node.tag.removeprefix(_SVG)
        name = node.attrib.get("id", "")
        if tag in {"metadata", "style", "title"} or name in self._inline:
            return ""
        if name.startswith("dots|"):
            return _dots(node, float(name.partition("|")[2]))
        if tag == "use" and node.attrib[_XLINK][1:] in self._inline:
            return self._in_place(node, self._inline[node.attrib[_XLINK][1:]])
        attributes = self._attributes(node, tag)
        inner = "".join(self.element(child) for child in node)
        words = _escape(node.text) if tag in {"text", "tspan"} and node.text and node.text.strip() else ""
        if tag in {"g", "defs"} and not inner:
            return ""
        return inner if tag == "g" and not attributes else _tag(tag, attributes, words + inner)

    def _in_place(self, use: ET.Element, shape: ET.Element) -> str:
        attributes = {"d": _path(shape.attrib["d"])}
        moved = _round(f"translate({float(use.attrib['x']):.6f} {float(use.attrib['y']):.6f})")
        if moved != "translate(0 0)":
            attributes["transform"] = moved
        if style := _style(f"{shape.attrib.get('style', '')};{use.attrib.get('style', '')}"):
            attributes["style"] = style
        return _tag("path", attributes, "")

    def _attributes(self, node: ET.Element, tag: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in node.attrib.items():
            if name == "id" and value.startswith("mark|"):
                found |= {"class": "m", "data-t": _escape(value.removeprefix("mark|"))}
            elif name == "id":
                found |= {"id": self._ids[value]} if value in self._ids else {}
            elif name == _XLINK:
                found["href"] = f"#{self._ids[value[1:]]}"
            elif name == "clip-path":
                found[name] = f"url(#{self._ids[value[5:-1]]})"
            elif name == "style":
                found |= {"style": style} if (style := _style(value)) else {}
            elif name == "d":
                found[name] = _path(value)
            elif name == "transform":
                found |= {} if value.startswith(("rotate(-0 ", "rotate(0 ")) else {name: _round(value)}
            elif tag != "svg":
                found[name] = _escape(_round(value))
        return found


def _dots(group: ET.Element, size: float) -> str:
    """One path of points with round caps in place of a shape per dot."""
    uses = [node for node in group.iter() if node.tag == f"{_SVG}use"]
    if not uses:
        return ""
    colour = next(value for value in _style(uses[0].attrib["style"]).split(";") if value.startswith("fill:"))[5:]
    path = "".join(f"M{_round(node.attrib['x'])} {_round(node.attrib['y'])}h0" for node in uses)
    return _tag(
        "path", {"d": path, "style": f"stroke:{colour};stroke-width:{size:g};stroke-linecap:round;fill:none"}, ""
    )


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
        kept[name] = _COLOURS.get(value, _round(value))
    return _escape(";".join(f"{name}:{value}" for name, value in kept.items()))


def _path(text: str) -> str:
    """A path with rounded numbers; polylines in relative steps from point to rounded point, which is half as long."""
    words = text.split()
    if set(words) & {"C", "Q", "A", "c", "q"}:
        return re.sub(r"\s*([A-Za-z])\s*", r"\1", _round(" ".join(words)))
    made: list[str] = []
    at = (0, 0)
    steps = iter(words)
    for command in steps:
        if command in "zZ":
            made.append("z")
            continue
        x, y = (round(float(next(steps)) * 10) for _ in range(2))  # in tenths, so that steps add up exactly
        if command == "M":
            made.append(f"M{x / 10:g} {y / 10:g}")
        elif x == at[0]:
            made.append(f"v{(y - at[1]) / 10:g}" if y != at[1] else "")
        elif y == at[1]:
            made.append(f"h{(x - at[0]) / 10:g}")
        else:
            made.append(f"l{(x - at[0]) / 10:g}{'' if y < at[1] else ' '}{(y - at[1]) / 10:g}")
        at = (x, y)
    return "".join(made)


def _round(text: str) -> str:
    return _NUMBER.sub(lambda match: f"{round(float(match.group()), 1) + 0.0:g}", text)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
