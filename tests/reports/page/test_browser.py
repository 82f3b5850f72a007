"""The page in a real browser: offline, silent, legible at every width, usable by keyboard, complete on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.pages import collisions, examined, opened

OPEN_ALL = "() => document.querySelectorAll('details').forEach(d => { d.open = true; })"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_asks_for_nothing_and_says_nothing(browser: Browser, report: Path, script: bool) -> None:
    context = browser.new_context(java_script_enabled=script)
    asked: list[str] = []
    said: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    page.wait_for_timeout(100)
    context.close()

    assert asked == [report.as_uri()]
    assert not said


@pytest.mark.parametrize("width", [360, 800, 1600])
def test_no_text_is_cut_off_or_overlaps(browser: Browser, report: Path, width: int) -> None:
    with opened(browser, report, width=width) as page:
        unreadable = collisions(page)
        beyond = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")

    assert not unreadable
    assert beyond <= 0, "the page scrolls sideways"


def test_every_baseline_is_legible(browser: Browser, report: Path) -> None:
    with opened(browser, report, width=360) as page:
        for runner in page.locator("#baseline option").all_inner_texts():
            page.select_option("#baseline", runner)
            assert collisions(page) == [], runner


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser: Browser, little_report: Path, dark: bool) -> None:
    with opened(browser, little_report, dark=dark) as page:
        page.evaluate(OPEN_ALL)
        found = examined(page)

    wrong = [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found["violations"]]
    assert not wrong
    assert len(found["passes"]) > 20


def test_everything_that_can_be_used_is_reached_by_keyboard(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        wanted = page.evaluate(
            """() => {
              const seen = e => e.checkVisibility() && e.getClientRects().length;
              const all = [...document.querySelectorAll('a[href],button,select,summary,[tabindex="0"]')].filter(seen);
              all.forEach((e, i) => { e.dataset.test = i; });
              return all.length;
            }"""
        )
        reached = set()
        for _ in range(wanted + 5):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("() => document.activeElement.dataset.test"))

    assert wanted > 50
    assert {str(number) for number in range(wanted)} <= reached


def test_marks_speak_to_arrow_keys(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        plot = page.locator("figure:visible .plot").first
        plot.focus()
        page.keyboard.press("ArrowRight")
        first = page.locator("#tip").inner_text()
        page.keyboard.press("ArrowRight")
        second = page.locator("#tip").inner_text()
        page.keyboard.press("Escape")

        assert first == "sync, C = 1: the baseline"
        assert "[" in second
        assert page.locator("#tip").is_hidden()


def test_marks_speak_on_hover(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        mark = page.locator("figure:visible [data-t]").nth(3)
        mark.scroll_into_view_if_needed()
        mark.hover(force=True)

        assert page.locator("#tip").inner_text() == mark.get_attribute("data-t")


def test_the_baseline_switch_moves_ratios_charts_and_sentences(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.select_option("#baseline", "threads")
        shown = set(page.locator("[data-b]:visible").evaluate_all("found => found.map(e => e.dataset.b)"))
        named = set(page.locator("[data-base]").all_text_contents())
        caption = page.locator(".heat:visible caption").inner_text()

    assert shown == named == {"threads"}
    assert caption == "Throughput relative to threads"


def test_filters_leave_what_was_asked_for(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.select_option("#workload", "sums")
        page.select_option("#level", "8")
        rows = page.locator(".heat:visible tbody tr:visible").all_inner_texts()
        sections = page.locator("section.workload:visible h2").all_inner_texts()

    assert len(rows) == 1
    assert rows[0].startswith("sums")
    assert sections == ["sums"]


def test_tables_sort_by_figure_and_not_by_text(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        table = page.locator("#cases table").first
        button = table.locator("th button", has_text="typical rate")
        button.click()
        cells = table.locator("tbody tr td:nth-child(10)").all_text_contents()
        values = [float(text.split(" ")[0].replace(",", "")) for text in cells if "[" in text]

        assert values == sorted(values)
        assert len(values) > 20
        assert table.locator("th[aria-sort=ascending]").count() == 1


def test_the_theme_can_be_chosen(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        before = background(page)
        page.click("#theme")

        assert background(page) != before


def test_controls_are_hidden_without_javascript_and_nothing_else(browser: Browser, report: Path) -> None:
    with opened(browser, report, script=False) as page:
        assert page.locator(".controls").is_hidden()
        assert page.locator("svg.chart:visible").count() > 20
        assert page.locator(".heat:visible").count() == 1


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_paper_shows_every_table_in_light_without_controls(browser: Browser, report: Path, script: bool) -> None:
    with opened(browser, report, width=703, dark=True, script=script) as page:  # A4 less its margins
        page.emulate_media(media="print")
        boxes: list[dict[str, Any]] = page.locator("table").evaluate_all(
            """found => found.filter(t => !t.closest('[hidden]')).map(t => ({
              name: t.caption.textContent,
              seen: t.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}),
              right: t.getBoundingClientRect().right, high: t.getBoundingClientRect().height}))"""
        )
        assert len(boxes) > 30
        assert [box["name"] for box in boxes if not box["seen"] or not box["high"]] == []
        assert [(box["name"], box["right"]) for box in boxes if box["right"] > 704] == []
        assert background(page) == "rgb(255, 255, 255)"
        assert page.locator("button:not(th button):visible, select:visible, nav:visible").count() == 0
        assert len(page.pdf(format="A4")) > 100_000


def test_no_style_leaks_out_of_a_chart(report: Path) -> None:
    text = report.read_text(encoding="utf-8")

    assert text.count("<style") == 1
    assert ">*{" not in text.partition("</style>")[2]


def background(page: Page) -> str:
    colour: str = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    return colour
