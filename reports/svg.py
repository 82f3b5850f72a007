"""matplotlib's SVG -> a small fragment that can stand inline in a page many times.

Colours become CSS variables, ids are prefixed and kept only where something refers to them, the style element that
would apply to the whole page is dropped (its one rule is in the page's CSS, below ``svg.chart``), numbers are rounded,
and artists named by `reports.charts.panel.gid` get a class and the text that is read on hover and by keyboard.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from reports import palette

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+")
_REFERENCE = re.compile(r"#([\w.-]+)")
_DROPPED_STYLES = {"font-family", "font-style", "font-weight", "stroke-linejoin", "stroke-miterlimit"}
_DEFAULTS = {"stroke-linecap": "butt", "opacity": "1", "fill-opacity": "1", "stroke-opacity": "1"}


def fragment(text: str, prefix: str) -> str:
    """Clean one SVG document.

    Args:
        prefix: put before every id that is kept; unique on the page.
    """
    root = ET.fromstring(text)  # noqa: S314 - our own matplotlib wrote it
    used = set(_REFERENCE.findall(text))
    width, height = root.attrib["viewBox"].split()[2:]
    body = "".join(_element(child, prefix, used) for child in root)
    return f'viewBox="0 0 {_round(width)} {_round(height)}">{body}'


def _element(node: ET.Element, prefix: str, used: set[str]) -> str:
    tag = node.tag.removeprefix(_SVG) if isinstance(node.tag, str) else ""
    if tag in {"", "metadata", "style", "title"}:
        return ""
    attributes = _attributes(node, prefix, used)
    inner = "".join(_element(child, prefix, used) for child in node)
    words = _escape(node.text) if tag in {"text", "tspan"} and node.text and node.text.strip() else ""
    if tag in {"g", "defs"} and not inner:
        return ""
    if tag == "g" and not attributes:
        return inner
    opened = f"<{tag}" + "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"{opened}>{words}{inner}</{tag}>" if inner or words else f"{opened}/>"


def _attributes(node: ET.Element, prefix: str, used: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in node.attrib.items():
        if name == "id":
            if value.startswith("mark|"):
                _, runner, words = value.split("|", 2)
                found |= {"class": "m", "data-r": _escape(runner), "data-t": _escape(words)}
            elif value in used:
                found["id"] = f"{prefix}-{value}"
        elif name == _XLINK:
            found["href"] = f"#{prefix}-{value[1:]}"
        elif name == "clip-path":
            found[name] = value.replace("url(#", f"url(#{prefix}-")
        elif name == "style":
            if style := _style(value):
                found[name] = style
        elif name == "d":
            found[name] = _path(value)
        elif name == "transform":
            if (moved := _round(value)) and moved not in {"translate(0 0)", "rotate(0)"}:
                found[name] = moved
        elif name not in {"type"}:
            found[name] = _escape(_round(value))
    return found


def _style(text: str) -> str:
    kept = []
    for declaration in text.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if not name or name in _DROPPED_STYLES or _DEFAULTS.get(name) == value:
            continue
        if name == "font":  # size and family in one; the family is the page's
            size = re.search(r"[\d.]+px", value)
            name, value = "font-size", size.group() if size else value
        kept.append(f"{name}:{_COLOURS.get(value, _round(value))}")
    return _escape(";".join(kept))


def _path(text: str) -> str:
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", _round(" ".join(text.split()))).strip()


def _round(text: str) -> str:
    return _NUMBER.sub(lambda match: f"{round(float(match.group()), 1):g}", text).replace("-0 ", "0 ")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


_COLOURS = palette.sentinels()
