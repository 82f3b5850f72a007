"""A browser for the tests of a file, pages made once per session, and runs as the report sees them.

Playwright keeps an event loop running in this thread for as long as it is open: no test of another file may find it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

import reports
from reports.numbers.index import Index
from tests.support import runs
from tests.support.pages import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without it a skip that says so, and a failure where CI is set."""
    with sync_playwright() as playwright:
        try:
            found = chromium(playwright)
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
    shape = runs.Shape(workloads=("noop",), levels=(1, 64), twins=True, change=runs.threads_crash)
    return reports.write([runs.write(directory, shape)])


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Index]:
    """Makes small runs of two workloads, each with a change or a shape of its own, as the report sees them."""
    numbers = count()

    def made(change: runs.Change | None = None, **shape: object) -> Index:
        whole = {"workloads": ("nap", "sums"), "levels": (1, 8), **shape}
        return runs.indexed(tmp_path / f"run{next(numbers)}", runs.Shape(change=change, **whole))  # type: ignore[arg-type]

    return made
