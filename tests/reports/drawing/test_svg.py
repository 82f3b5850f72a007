"""Matplotlib's SVG becomes a fragment that the page can style."""

from __future__ import annotations

from reports.drawing import svg


def test_svg_is_cleaned() -> None:
    text = (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' viewBox="0 0 340 200"><metadata/><defs><style>*{stroke: red}</style></defs><g id="figure_1">'
        '<g id="mark|threads &lt;b&gt;"><path id="x" d="M 1.04 2 \nL 3.26 2 \nL 5 7.5 \nz" style="fill: #1b2027"/></g>'
        '<g><defs><path id="mk" d="M 0 0 L 1 1" /></defs><use xlink:href="#mk" x="1" y="2"/>'
        '<use xlink:href="#mk" x="3" y="4"/></g><text x="1.23456" style="font: 10px sans">a &lt; b</text></g></svg>'
    )
    found = svg.fragment(text, "w0")

    assert found.startswith('viewBox="0 0 340 200">')
    assert 'class="m" data-t="threads &lt;b&gt;"' in found
    assert 'd="M1 2h2.3l1.7 5.5z"' in found
    assert "fill:var(--ink)" in found
    assert found.count('href="#w0-0"') == 2
    assert '<text x="1.2" style="font-size:10px">a &lt; b</text>' in found
    assert "style>" not in found
    assert "figure_1" not in found


def test_styles_that_repeat_become_classes_below_charts_only() -> None:
    fragments, css = svg.share_styles(['<path style="fill:red"/>', '<path style="fill:red"/><g style="fill:blue"/>'])

    assert fragments == ['<path class="q0"/>', '<path class="q0"/><g style="fill:blue"/>']
    assert css == "svg.chart .q0{fill:red}"
