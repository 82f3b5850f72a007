"""The commands that measure again: the whole run, and each workload."""

from __future__ import annotations

import shlex

from bench import parameters
from bench.model import WorkloadSpec
from reports.numbers.index import Index


def of_run(index: Index) -> str:
    """The command as it was typed, with the seed it drew."""
    typed = [word for word in index.stored.command if word]
    words = typed if len(typed) > 1 else ["bench", "run"]
    if "--seed" not in words:
        words = [*words, "--seed", str(index.stored.plan.settings.seed)]
    return shlex.join(words)


def of_workload(index: Index, workload: str) -> str:
    """All runners and concurrencies of one workload."""
    settings = index.stored.plan.settings
    spec = index.spec(workload)
    levels = ",".join(str(level) for level in index.levels(workload))
    what = spec.name if spec.module.startswith("workloads.") else spec.file
    words = ["bench", "run", what, "-r", ",".join(settings.runners), "-c", levels, *_parameters(spec)]
    return shlex.join([*words, "--seed", str(settings.seed)])


def _parameters(spec: WorkloadSpec) -> list[str]:
    """``--set`` for every parameter: the defaults of another version may differ."""
    return [
        word
        for name, value in spec.parameters.items()
        for word in ("--set", f"{spec.name}.{name}={parameters.shown(value)}")
    ]
