"""Matplotlib's SVG becomes a fragment that the page can style."""

from __future__ import annotations

from reports.drawing import svg


def test_svg_is_cleaned() -> None:
    text = (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' viewBox="0 0 340 200"><metadata/><defs><style>*{stroke: red}</style></defs><g id="figure_1">'
        '<g id="data|[{&quot;t&quot;: &quot;threads &lt;b&gt;&quot;}]">'
        '<path id="x" d="M 1.04 2 \nL 3.26 2 \nL 5 7.5 \nz" style="fill: #1b2027"/></g>'
        '<g id="data|[{&quot;t&quot;: &quot;one&quot;},'
        ' {&quot;t&quot;: &quot;two&quot;, &quot;hidden&quot;: &quot;yes&quot;}]">'
        '<defs><path id="mk" d="M 0 0 L 1 1" /></defs><use xlink:href="#mk" x="1" y="2"/>'
        '<use xlink:href="#mk" x="3" y="4"/></g><text x="1.73456" style="font: 10px sans">a &lt; b</text></g></svg>'
    )
    found = svg.fragment(text)

    assert found.startswith('viewBox="0 0 340 200">')
    assert 'data-t="threads &lt;b&gt;"' in found
    assert 'd="M1 2h2.3l1.7 5.5z"' in found
    assert "fill:var(--ink)" in found
    assert '<use href="#M0 0l1 1" x="1" y="2" data-t="one"/>' in found
    assert '<use href="#M0 0l1 1" x="3" y="4" data-t="two" visibility="hidden"/>' in found
    assert '<text x="2" style="font-size:10px">a &lt; b</text>' in found
    assert "style>" not in found
    assert "id=" not in found


def test_what_charts_share_is_on_the_page_once_and_styles_apply_below_charts_only() -> None:
    one = '<path style="fill:red" clip-path="url(#0 1 2 3)"/><use href="#M0 0h1"/>'
    shared = svg.share([one, '<path style="fill:red"/><use href="#M0 0h1"/><g style="fill:blue"/>'])

    assert shared.fragments == (
        '<path class="q0" clip-path="url(#_c0)"/><use href="#_0"/>',
        '<path class="q0"/><use href="#_0"/><g style="fill:blue"/>',
    )
    assert shared.definitions == (
        '<path id="_0" d="M0 0h1"/><clipPath id="_c0"><rect x="0" y="1" width="2" height="3"/></clipPath>'
    )
    assert shared.css == "svg.chart .q0{fill:red}"
