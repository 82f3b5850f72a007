"""What is taken from the page stands without it: sentences, and pictures of one contest."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page

from tests.support.pages import opened

SVG = "{http://www.w3.org/2000/svg}"
LISTEN = "() => { window.taken = []; navigator.clipboard.writeText = async (text) => { window.taken.push(text); }; }"
REFUSE = "() => { navigator.clipboard.write = () => Promise.reject(new Error('not allowed')); }"


def taken(page: Page, contest: str, what: str, directory: Path) -> Path:
    with page.expect_download() as download:
        page.locator(f"#{contest} .take button", has_text=what).click()
    path = directory / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_sentence_is_copied_with_its_contest(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.evaluate(LISTEN)
        page.locator("#sums-8 .take button", has_text="Copy").click()
        copied = page.evaluate("() => window.taken")
        said = page.inner_text("#sums-8 .said")

    assert copied == [f"sums, 8 workers: {said}"]
    assert "processes" in said


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_picture_holds_one_contest_and_needs_nothing_else(
    browser: Browser, report: Path, tmp_path: Path, dark: bool
) -> None:
    with opened(browser, report, dark=dark) as page:
        path = taken(page, "sums-8", "SVG", tmp_path)
        rows = page.locator("#sums [data-moves] [data-t]").evaluate_all("found => found.map(e => e.dataset.t)")
    text = path.read_text(encoding="utf-8")
    root = ET.fromstring(text)
    words = [node.text or "" for node in root.iter(f"{SVG}text")]

    assert path.name == "sums-8.svg"
    assert not any(name in text for name in ("var(", "href", "class=", "clip-path"))
    assert words[0] == "sums, 8 workers"
    assert [word for word in words if word in {"sync", "threads", "processes", "asyncio", "uvloop"}] == [
        row.partition(",")[0] for row in rows if ", C = 8: " in row
    ]
    assert "Imaginary 3000" in " ".join(words)


def test_text_of_a_picture_neither_meets_nor_leaves_it(browser: Browser, report: Path, tmp_path: Path) -> None:
    with opened(browser, report) as page:
        path = taken(page, "nap-64", "SVG", tmp_path)
        page.goto(path.as_uri())
        boxes = page.evaluate(
            "() => [...document.querySelectorAll('text')].map(t => { const b = t.getBoundingClientRect();"
            " return [t.textContent, b.left, b.top, b.right, b.bottom]; })"
        )
        width, height = page.evaluate(
            "() => [document.documentElement.width.baseVal.value, document.documentElement.height.baseVal.value]"
        )

    assert len(boxes) > 8
    for place, (text, left, top, right, bottom) in enumerate(boxes):
        assert min(left, top, width - right, height - bottom) >= 0, text
        for other, left_, top_, right_, bottom_ in boxes[place + 1 :]:
            wide, high = min(right, right_) - max(left, left_), min(bottom, bottom_) - max(top, top_)
            assert wide <= 1 or high <= 3.5, (text, other)


def test_where_nothing_may_be_put_on_the_clipboard_the_picture_is_saved(
    browser: Browser, report: Path, tmp_path: Path
) -> None:
    with opened(browser, report) as page:
        page.evaluate(REFUSE)
        picture = taken(page, "sums-8", "PNG", tmp_path).read_bytes()

    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 840


def test_a_picture_follows_the_baseline(browser: Browser, report: Path, tmp_path: Path) -> None:
    with opened(browser, report) as page:
        page.select_option("#baseline", "threads")
        text = taken(page, "sums-8", "SVG", tmp_path).read_text(encoding="utf-8")

    assert "times the throughput of threads" in text
    assert "Throughput relative to threads" in text


def test_a_link_to_a_contest_leads_to_it(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.goto(f"{report.as_uri()}#sums-8")
        marked = page.locator(".contest:target").inner_text()
        links = page.locator("a[href^='#']").evaluate_all(
            "found => found.map(a => a.getAttribute('href').slice(1)).filter(id => !document.getElementById(id))"
        )

    assert marked.startswith("C = 8")
    assert links == []
