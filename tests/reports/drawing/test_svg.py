"""Matplotlib's SVG becomes a fragment that the page can style, and what fragments have in common is there once."""

from __future__ import annotations

import json
from html import escape

import pytest

from reports.drawing import svg

OPENED = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' viewBox="0 0 340 200"><metadata/><defs><style>*{stroke: red}</style></defs><g id="figure_1">'
)


def test_svg_is_cleaned() -> None:
    named = escape("data|" + json.dumps([{"t": "threads <b>"}]))
    two = escape("data|" + json.dumps([{"t": "one"}, {"t": "two", "hidden": "yes"}]))
    found = svg.fragment(
        f'{OPENED}<g id="{named}"><path d="M 1.04 2 \nL 3.26 2 \nL 5 7.5 \nz" style="fill: #1b2027"/></g>'
        f'<g id="{two}"><defs><path id="mk" d="M 0 0 L 1 1" /></defs><use xlink:href="#mk" x="1" y="2"/>'
        '<use xlink:href="#mk" x="3" y="4"/></g><text x="1.73456" style="font: 10px sans">a &lt; b</text></g></svg>'
    )

    assert found.startswith('viewBox="0 0 340 200">')
    assert 'd="M1 2h2.3l1.7 5.5z" data-t="threads &lt;b&gt;" style="fill:var(--ink)"' in found
    assert '<use href="#M0 0l1 1" x="1" y="2" data-t="one"/>' in found
    assert '<use href="#M0 0l1 1" x="3" y="4" data-t="two" visibility="hidden"/>' in found
    assert '<text x="2" style="font-size:10px">a &lt; b</text>' in found
    assert "style>" not in found
    assert "id=" not in found


@pytest.mark.parametrize(("far", "clipped"), [(90, False), (900, True)])
def test_a_clip_that_cuts_nothing_off_is_left_out(far: int, clipped: bool) -> None:
    found = svg.fragment(
        f'{OPENED}<path d="M 10 10 L {far} 90" clip-path="url(#c)"/></g>'
        '<defs><clipPath id="c"><rect x="0" y="0" width="100" height="100"/></clipPath></defs></svg>'
    )

    assert ('clip-path="url(#0 0 100 100)"' in found) == clipped


def test_a_line_of_which_nothing_is_within_the_axes_leaves_no_trace() -> None:
    assert "path" not in svg.fragment(f'{OPENED}<path style="stroke: red"/></g></svg>')


def test_small_dots_that_lie_on_each_other_are_one() -> None:
    dots = "".join(f'<use xlink:href="#d" x="{x}" y="20" style="fill: #1b2027"/>' for x in (5.01, 5.2, 5.4, 9))
    found = svg.fragment(f'{OPENED}<g id="dots|2.2"><defs><path id="d" d="M 0 0"/></defs>{dots}</g></g></svg>')

    assert 'd="M5 20h0m4 0h0"' in found
    assert "stroke-linecap:round" in found


def test_neighbours_of_one_style_are_a_group() -> None:
    found = svg.fragment(
        OPENED + '<text style="fill: red">a</text>' * 3 + '<text style="fill: blue">b</text></g></svg>'
    )

    assert '<g style="fill:red"><text>a</text><text>a</text><text>a</text></g><text style="fill:blue">' in found


def test_what_charts_share_is_on_the_page_once_and_styles_apply_below_charts_only() -> None:
    one = '<path style="fill:red" clip-path="url(#0 1 2 3)"/><use href="#M0 0h1"/>'
    shared = svg.share([one, '<path style="fill:red"/><use href="#M0 0h1"/><g style="fill:blue"/>'])

    assert shared.fragments == (
        '<path class=q0 clip-path="url(#_c0)"/><use href="#_0"/>',
        '<path class="q0"/><use href="#_0"/><g style="fill:blue"/>',
    )
    assert shared.definitions == (
        '<path id="_0" d="M0 0h1"/><clipPath id="_c0"><rect x="0" y="1" width="2" height="3"/></clipPath>'
    )
    assert shared.css == "svg.chart .q0{fill:red}"
