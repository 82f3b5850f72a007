"""The page of two runs, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import reports
from tests.support import runs
from tests.support.pages import collisions, drawn_here, examined, opened
from tests.support.runs import Shape


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Same machine, as far as its recorded"),
        ({"kernel": "7.0"}, "Not comparable: these are different"),
    ],
)
def test_the_page_says_whether_they_compare(
    tmp_path: Path, browser: Browser, changed: dict[str, str], said: str
) -> None:
    before = Shape(levels=(1, 8))
    a = runs.write(tmp_path / "a", before)
    b = runs.write(tmp_path / "b", replace(before, environment=changed | {"python": "3.14.0"}, speed=1.3, seed=3))
    with drawn_here():
        path = reports.write([a, b])
        again = reports.write([a, b], tmp_path / "again.html")

    assert again.read_bytes() == path.read_bytes()
    with opened(browser, path, width=360) as page:
        assert said in page.inner_text("body")
        assert "3.14.0" in page.inner_text("#differences")
        assert collisions(page) == []
        assert [rule["id"] for rule in examined(page)["violations"]] == []
