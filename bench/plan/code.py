"""The code that a run measures. A module that changes in between would make one run out of two.

Code is told by the processes that have imported it, as file -> SHA-256 (`bench.trial.project.code`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.model import TrialResult, WorkloadSpec
from bench.trial import project
from bench.trial.project import Project

Code = dict[str, str]


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Files that both know and that are not the same; which modules are imported depends on the runner."""
    return sorted(file for file in before.keys() & now.keys() if before[file] != now[file])


def planned(spec: WorkloadSpec) -> Code:
    """What is known when the plan is made: the workload's own file."""
    of = project_of(spec)
    name = project.name_of(of.file, of.root)
    return {name: spec.source_sha256} if name else {}


def stored(trials: Iterable[TrialResult], label: str) -> Code:
    """What the trials of a workload have imported."""
    return {file: digest for trial in trials if trial.workload == label for file, digest in _told(trial).items()}


def _told(trial: TrialResult) -> Code:
    told: Code = trial.facts.get("code", {})
    return told


def changed_on_disk(spec: WorkloadSpec, code: Mapping[str, str]) -> list[str]:
    """Files of a workload that are not here any more as they were measured."""
    of = project_of(spec)
    return sorted(
        file
        for file, digest in {**code, **planned(spec)}.items()
        if digest not in {project.sha256(home / file) for home in (of.root, project.HOME)}
    )


def project_of(spec: WorkloadSpec) -> Project:
    """Where the modules of a workload are, for one who is where its file is named from."""
    file = Path(spec.file).absolute()
    return project.located(file, project.root_of(file, Path.cwd()), spec.module)
