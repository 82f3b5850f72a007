"""Judged claims -> one HTML page: statement, verdict and evidence side by side, fit for a projector and for paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.charts import claim as chart
from reports.drawing import palette
from reports.drawing.chart import Chart
from reports.drawing.jobs import Say
from reports.numbers import environment
from reports.numbers.index import Index
from reports.page import page

MARKS = {
    "holds": "✓", "does not hold": "✗", "holds in part": "◐", "undecided": "?", "cannot be tested here": "–",
    "not measured": "–",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One claim on the page. chart: None where no number settles it."""

    told: Mapping[str, Any]
    mark: str
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class Group:
    """Claims under one heading, as the text groups them."""

    name: str
    claims: tuple[Shown, ...]


def render(document: Mapping[str, Any], index: Index, cache: Path, say: Say) -> str:
    """The whole page.

    Args:
        document: see bench/results/claims.schema.json. index: the run it was judged on.
        cache: the file that keeps drawn charts. say: told how far the drawing is.
    """
    ledgers = [(ledger, _groups(ledger)) for ledger in document["ledgers"]]
    charts = [
        shown.chart for _, groups in ledgers for group in groups for shown in group.claims if shown.chart is not None
    ]
    verdicts = Counter(claim["verdict"] for ledger in document["ledgers"] for claim in ledger["claims"])
    return page.fill(
        "claims.html.j2",
        run=index.stored,
        machine=environment.title(index.stored.environment),
        python=environment.python(index.stored.environment),
        date=environment.date(index.stored),
        ledgers=ledgers,
        counts=[(MARKS[verdict], verdict, count) for verdict, count in verdicts.most_common()],
        looks={runner: palette.look(runner, slot) for runner, slot in index.slots.items()},
        drawn=page.draw(charts, cache, say),
    )


def _groups(ledger: Mapping[str, Any]) -> list[Group]:
    groups: dict[str, list[Shown]] = {}
    for number, claim in enumerate(ledger["claims"]):
        drawn = chart.chart(claim, f"{ledger['name']}-{number}") if claim["cases"] else None
        groups.setdefault(claim["group"], []).append(Shown(claim, MARKS[claim["verdict"]], drawn))
    return [Group(name, tuple(shown)) for name, shown in groups.items()]
