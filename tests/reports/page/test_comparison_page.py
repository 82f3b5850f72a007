"""The page of runs set against runs, in a real browser."""

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
    ("count", "changed", "said"),
    [
        (1, {}, "Side by side, without a verdict."),
        (1, {"kernel": "7.0"}, "Not comparable: these are different"),
        (4, {}, "its runs alternated in time"),
    ],
)
def test_the_page_says_whether_they_compare(
    tmp_path: Path, browser: Browser, count: int, changed: dict[str, str], said: str
) -> None:
    older = Shape(levels=(1, 8))
    newer = replace(older, environment=changed | {"python": "3.14.0"}, speed=1.3)
    a, b = runs.write_side(tmp_path, "A", [older] * count), runs.write_side(tmp_path, "B", [newer] * count)
    with drawn_here():
        path = reports.write(b, against=a)
        again = reports.write([*a, *b] if count == 1 else b, tmp_path / "again.html", against=a if count > 1 else [])

    assert again.read_bytes() == path.read_bytes()
    with opened(browser, path, width=360) as page:
        assert said in page.inner_text("body")
        assert "3.14.0" in page.inner_text("#differences")
        assert ("between runs, not paired)" in page.inner_text("#answers")) == (count == 1)
        assert collisions(page) == []
        assert [rule["id"] for rule in examined(page)["violations"]] == []
