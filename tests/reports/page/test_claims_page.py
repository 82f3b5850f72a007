"""The page of judged claims: statement, verdict and evidence, legible on a projector, a phone and paper."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from playwright.sync_api import Browser

import bench.results
import reports
from bench.errors import StoreError
from tests.support import runs
from tests.support.claims import claim
from tests.support.pages import collisions, drawn_here, examined, opened

SCHEMA = json.loads((Path(bench.results.__file__).parent / "claims.schema.json").read_text())

DOCUMENT = {
    "schema_version": 1,
    "run_id": "run",
    "ledgers": [
        {
            "name": "book",
            "title": "What the book says",
            "claims": [
                claim("one", "holds"),
                claim("two", "does not hold", low=0.0, high=0.5, claimed="at most 0.5x"),
                claim("three", "undecided", low=2.0, high=4.0, claimed="2 to 4x"),
                claim("four", "not measured", cases=[], low=None, claimed=None, metric=None,
                      code={"blocking": "def blocking(self): ...", "coroutine": "async def coroutine(self): ..."}),
            ],
        }
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = runs.write(tmp_path_factory.mktemp("claims") / "run", runs.Shape(workloads=("nap",), levels=(8,)))
    jsonschema.validate(DOCUMENT, SCHEMA)
    (directory / "claims.json").write_text(json.dumps(DOCUMENT))
    with drawn_here():
        return reports.write_claims(directory)


def test_it_lies_beside_the_report_and_needs_verdicts(page: Path, tmp_path: Path) -> None:
    assert page.name == "claims.html"
    without = runs.write(tmp_path / "run", runs.Shape(workloads=("nap",), levels=(8,)))
    with pytest.raises(StoreError, match="bench claims --run run judges it"):
        reports.write_claims(without)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (360, False)])
def test_it_is_legible_and_accessible(browser: Browser, page: Path, width: int, dark: bool) -> None:
    with opened(browser, page, width=width, dark=dark) as shown:
        text = shown.locator("body").inner_text()
        unreadable = collisions(shown)
        beyond = shown.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        wrong = [
            (one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in examined(shown)["violations"]
        ]

    for words in ("✓ holds", "✗ does not hold", "? undecided", "– not measured", "The claim one is true.",
                  "bench claims two", "a book, 2026", "async def coroutine"):  # fmt: skip
        assert words in text
    assert not unreadable
    assert beyond <= 0
    assert not wrong
