"""One run -> one HTML page: gathers words, tables and charts, has the charts drawn, and fills the template."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from bench.model import WorkloadSpec
from bench.parameters import shown
from reports.charts import cores, cpu, ecdf, forest, glance, lag, memory, percentiles, startup, throughput, turns, twins
from reports.charts import winner_map as winner_map_chart
from reports.drawing import jobs as drawing
from reports.drawing import palette, svg
from reports.drawing.chart import Chart
from reports.drawing.jobs import Say
from reports.numbers import anchors, certificate, environment, floor, tables, units, winner_map
from reports.numbers.index import Index
from reports.page import cases, moves
from reports.words import advice, answers, commands, method, notices, why

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Section:
    """The evidence of one workload."""

    anchor: str
    label: str
    spec: WorkloadSpec
    parameters: tuple[str, ...]
    answer: answers.Answer
    why: tuple[str, ...]
    glance: tuple[Chart, ...]
    charts: tuple[Chart, ...]


def render(index: Index, baseline: str, cache: Path, say: Say) -> str:
    """The whole page.

    Args:
        baseline: the runner ratios stand on at first; the page can switch to any other.
        cache: the file that keeps drawn charts. say: told how far the drawing is.
    """
    named = anchors.given((workload, index.levels(workload)) for workload in index.workloads)
    sections = tuple(_section(index, workload, anchor, baseline) for workload, anchor in named.of.items())
    strip = twins.chart(index, "run")
    mapped = winner_map.of_run(index)
    whole = [strip, *([winner_map_chart.chart(index, mapped, "run")] if mapped else [])]
    drawn = draw([*(chart for section in sections for chart in (*section.glance, *section.charts)), *whole], cache, say)
    found = notices.of(index.summary.findings)
    return fill(
        "report.html.j2",
        index=index,
        run=index.stored,
        plan=index.stored.plan,
        machine=environment.title(index.stored.environment),
        python=environment.python(index.stored.environment),
        date=environment.date(index.stored),
        blocks=len({trial.block for trial in index.stored.trials}),
        baseline=baseline,
        looks={runner: palette.look(runner, slot) for runner, slot in index.slots.items()},
        sections=sections,
        contests={f"{named.of[workload]} {level}": name for (workload, level), name in named.contests.items()},
        heat=answers.heat(index, named.of, baseline),
        moves=Markup(moves.of_run(index, named.of)),  # noqa: S704 - figures of ours, and no < in it
        notices=[notice for notice in found if notice.severity != "info"],
        remarks=[notice for notice in found if notice.severity == "info"],
        advice=[advice.of_workload(index, workload, anchor) for workload, anchor in named.of.items()],
        strip=strip,
        map=whole[1] if mapped else None,
        floor=floor.table(index),
        method=method.of_run(index),
        environment=environment.rows(index.stored.environment),
        certificate=certificate.newest(index.stored.directory.parent, index.stored.environment),
        cases=cases.of_run(index),
        whole=cases.whole(index),
        command=commands.of_run(index),
        levels=sorted({level for workload in index.workloads for level in index.levels(workload)}),
        drawn=drawn,
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """The charts of a page by their id, and what they share: definitions and CSS."""

    svg: dict[str, Markup]
    definitions: Markup
    css: Markup


def draw(charts: Sequence[Chart], cache: Path, say: Say) -> Drawn:
    """Every chart as SVG that is named by its title and description."""
    found = drawing.draw(charts, cache, say)
    shared = svg.share(found.values())
    shapes = dict(zip(found, shared.fragments, strict=True))
    whole = {}
    for chart in charts:
        if chart.id in shapes:
            box, _, body = shapes[chart.id].partition(">")
            drawn = Markup(box), Markup(body)  # noqa: S704 - cleaned in svg.py
            named = f"{chart.title}. {chart.description}"
            whole[chart.id] = Markup('<svg class="chart" role="img" aria-label="{}" {}>{}</svg>').format(named, *drawn)
    return Drawn(whole, Markup(shared.definitions), Markup(shared.css))  # noqa: S704 - cleaned in svg.py


def fill(template: str, **context: Any) -> str:
    """Fill a template; everything that is not markup of ours is escaped."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    engine = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    engine.filters |= {
        "named": _named,
        "duration": units.duration,
        "join_words": units.join,
        "short": notices.short,
        "based": _based,
        "spanned": _spanned,
    }
    themes = [";".join(f"--{name}:{colour}" for name, colour in palette.variables(theme).items()) for theme in (0, 1)]
    return engine.get_template(template).render(
        css=_asset("report.css"),
        js=_asset("report.js"),
        copies_js=_asset("copies.js"),
        moves_js=_asset("moves.js"),
        light=themes[0],
        dark=themes[1],
        markers=MARKERS,
        missing_certificate=certificate.MISSING,
        **context,
    )


@jinja2.pass_context
def _named(context: jinja2.runtime.Context, text: str) -> Markup:
    """Text with the runners' names set off."""
    names = sorted(context["looks"], key=len, reverse=True)
    pattern = re.compile(r"\b(" + "|".join(re.escape(str(escape(name))) for name in names) + r")\b")
    return Markup(pattern.sub(r"<b>\1</b>", str(escape(text))))  # noqa: S704 - escaped one line above


def _based(text: str, baseline: str | None) -> Markup:
    """Text in which the name of the baseline, where it stands last, can be exchanged."""
    before, name, after = text.rpartition(baseline) if baseline else (text, "", "")
    return Markup("{}<span data-base>{}</span>{}").format(before, name, after) if name else escape(before + after)


def _spanned(row: Sequence[tables.Cell]) -> list[tuple[tables.Cell, int]]:
    """Cells with the columns they take: those at the end that are empty for one reason say it once."""
    alike = len(list(itertools.takewhile(lambda cell: cell.empty and cell == row[-1], reversed(row))))
    if alike < 2:
        return [(cell, 1) for cell in row]
    return [*((cell, 1) for cell in row[:-alike]), (row[-1], alike)]


def _asset(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def charts_of(index: Index, workload: str, anchor: str, baseline: str) -> tuple[Chart, ...]:
    """The charts of one workload in the order of the page."""
    levels = index.levels(workload)
    charts = [forest.chart(index, workload, anchor, baseline), throughput.chart(index, workload, anchor)]
    charts += [percentiles.chart(index, workload, anchor, level) for level in levels]
    charts += [module.chart(index, workload, anchor) for module in (memory, cpu, cores, lag)]
    charts += [ecdf.chart(index, workload, anchor, level) for level in levels]
    return (*charts, *(module.chart(index, workload, anchor) for module in (startup, turns)))


def _section(index: Index, workload: str, anchor: str, baseline: str) -> Section:
    spec = index.spec(workload)
    answer = answers.of_workload(index, workload, anchor)
    parameters = tuple(
        f"{name} = {value:,}" if type(value) is int else f"{name} = {shown(value)}"
        for name, value in spec.parameters.items()
    )
    return Section(
        anchor=anchor,
        label=workload,
        spec=spec,
        parameters=parameters,
        answer=answer,
        why=why.of_workload(index, workload),
        glance=() if answer.level is None else glance.charts(index, workload, anchor, answer.level),
        charts=charts_of(index, workload, anchor, baseline),
    )


MARKERS = {
    "o": "M8 2.5a5.5 5.5 0 1 0 .01 0z",
    "s": "M3 3h10v10H3z",
    "^": "M8 2l6 11H2z",
    "D": "M8 1l7 7-7 7-7-7z",
    "v": "M8 14l6-11H2z",
    "P": "M6 2h4v4h4v4h-4v4H6v-4H2V6h4z",
    "X": "M4.500 1.500L8 5l3.500-3.500 3 3L11 8l3.500 3.500-3 3L8 11l-3.500 3.500-3-3L5 8 1.500 4.500z",
    "*": "M8 1l2 5h5l-4 3.300 1.500 5.200L8 11.400l-4.500 3.100L5 9.300 1 6h5z",
}
"""Marker -> SVG path in a box of 16, as matplotlib draws it, for legends in HTML."""
