"""Two sides -> one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.charts import between
from reports.drawing import palette
from reports.drawing.jobs import Say
from reports.numbers import comparison, environment, welch
from reports.numbers.index import Index
from reports.numbers.sides import Side
from reports.page import page


def render(a: Sequence[Index], b: Sequence[Index], cache: Path, say: Say) -> str:
    """The whole page.

    Args:
        a: the runs that ratios stand on. b: those compared with them. cache: the file that keeps drawn charts.
        say: told how far the drawing is.
    """
    found = comparison.of(a, b)
    charts = {workload: between.chart(found, workload, f"w{number}") for number, workload in enumerate(found.workloads)}
    return page.fill(
        "comparison.html.j2",
        found=found,
        least=welch.MIN_RUNS,
        origins=[*_origins(found.a), *_origins(found.b)],
        differences=environment.differences([index.stored.environment for index in found.runs.values()]),
        settings=_settings(list(found.runs.values())),
        sentences={workload: comparison.sentence(found, workload) for workload in found.workloads},
        charts=charts,
        looks={runner: palette.look(runner, slot) for run in (*a, *b) for runner, slot in run.slots.items()},
        drawn=page.draw(list(charts.values()), cache, say),
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Runs of one side with the same machine and Python. names, ids, dates: of each, in their order."""

    machine: str
    python: str
    names: tuple[str, ...]
    ids: tuple[str, ...]
    dates: tuple[str, ...]
    stopped: tuple[str, ...]


def _origins(side: Side) -> list[Origin]:
    groups: dict[tuple[str, str], list[str]] = {}
    for name, run in side.named.items():
        facts = run.stored.environment
        groups.setdefault((environment.title(facts), environment.python(facts)), []).append(name)
    found = []
    for (machine, python), names in groups.items():
        stored = [side.named[name].stored for name in names]
        found.append(
            Origin(
                machine,
                python,
                tuple(names),
                tuple(run.run_id for run in stored),
                tuple(dict.fromkeys(environment.date(run) for run in stored)),
                tuple(f"{run.run_id}: {run.stopped}" for run in stored if run.stopped != "completed"),
            )  # fmt: skip
        )
    return found


def _settings(runs: Sequence[Index]) -> list[tuple[str, tuple[str, ...]]]:
    """(setting, its value in each run) of everything asked for differently."""
    settings = [run.stored.plan.settings for run in runs]
    found = [(name, tuple(str(getattr(one, name)) for one in settings)) for name in settings[0].__slots__]
    return [(name, values) for name, values in found if len(set(values)) > 1]
