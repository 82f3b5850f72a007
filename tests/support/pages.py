"""The report's pages, drawn without starting a process, and looked at in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from reports.drawing import jobs
from reports.drawing.__main__ import render

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
AXE = resources.files("axe_playwright_python") / "axe.min.js"

# Text of every chart that is shown, with its box; boxes of one chart must neither leave it nor meet.
_COLLISIONS = """() => {
  const wrong = [];
  for (const svg of document.querySelectorAll('svg.chart')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [...svg.querySelectorAll('text')].map(t => ({words: t.textContent, box: t.getBoundingClientRect()}));
    const name = svg.getAttribute('aria-label').slice(0, 60);
    texts.forEach(({words, box}, i) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
          || box.bottom > frame.bottom + 1) wrong.push(`${name}: '${words}' is cut off`);
      for (const other of texts.slice(i + 1)) {
        const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (wide > 1 && high > 2.5) wrong.push(`${name}: '${words}' meets '${other.words}'`);
      }
    });
  }
  return wrong;
}"""


@contextmanager
def drawn_here() -> Iterator[None]:
    """Charts are drawn in this process: starting others costs more than drawing a few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "_render", lambda asked, _: {job.key: render(asdict(job)) for job in asked})
        yield


def chromium(playwright: Playwright) -> Browser:
    """Debian's Chromium where there is one, else playwright's own."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM) if CHROMIUM.exists() else None, args=ARGUMENTS)


@contextmanager
def opened(
    browser: Browser, path: Path, *, width: int = 1280, dark: bool = False, script: bool = True
) -> Iterator[Page]:
    """The file in a tab of its own, with the network cut."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        offline=True,
    )
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        yield page
    finally:
        context.close()


def collisions(page: Page) -> list[str]:
    """Text of charts that is cut off, or meets other text."""
    found: list[str] = page.evaluate(_COLLISIONS)
    return found


def examined(page: Page) -> dict[str, Any]:
    """What axe says of the page's accessibility, by kind of outcome."""
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    outcome: dict[str, Any] = page.evaluate("() => axe.run()")
    return outcome
