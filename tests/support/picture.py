"""``python -m tests.support.picture REPORT PICTURE``: the first screen of a report, for the README."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.pages import chromium

WIDTH_PX, HEIGHT_PX = 1280, 1420


def take(report: Path, picture: Path) -> None:
    """Photograph the top of a report."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
