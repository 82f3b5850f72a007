"""One browser for all tests of the page, and pages made once per session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

import reports
from bench.model import TrialResult
from tests.support import runs

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without it a skip that says so, and a failure where CI is set."""
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(
                executable_path=str(CHROMIUM) if CHROMIUM.exists() else None, args=ARGUMENTS
            )
        except Error as error:
            why = f"no Chromium to look at the report with: {error.message.splitlines()[0]}"
            if os.environ.get("CI"):
                pytest.fail(why)
            pytest.skip(why)
        yield found
        found.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an ordinary run: two workloads, five runners, three concurrencies, twins."""
    directory = tmp_path_factory.mktemp("results") / "ordinary"
    return reports.write([runs.write(directory, runs.Shape(twins=True))])


@pytest.fixture(scope="session")
def little_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every kind of part but few of each, for checks that take time per element."""
    directory = tmp_path_factory.mktemp("results") / "little"
    shape = runs.Shape(workloads=("noop",), levels=(1, 64), twins=True, change=_threads_crash)
    return reports.write([runs.write(directory, shape)])


def _threads_crash(trial: TrialResult) -> TrialResult:
    return runs.crash(trial) if trial.runner == "threads" else trial


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
