"""The commands that measure again: the whole run, and each single case."""

from __future__ import annotations

import shlex

from bench import parameters
from bench.model import CaseSummary, WorkloadSpec
from reports.numbers.index import Index


def of_run(index: Index) -> str:
    """The command as it was typed, with the seed it drew."""
    typed = [word for word in index.stored.command if word]
    words = typed if len(typed) > 1 else ["bench", "run"]
    if "--seed" not in words:
        words = [*words, "--seed", str(index.stored.plan.settings.seed)]
    return shlex.join(words)


def of_case(index: Index, case: CaseSummary) -> str:
    """One contestant beside the baseline, at one concurrency."""
    settings = index.stored.plan.settings
    spec = index.spec(case.workload)
    runners = ",".join(dict.fromkeys([settings.baseline, case.runner]))
    what = spec.name if spec.module.startswith("workloads.") else spec.file
    words = ["bench", "run", what, "-r", runners, "-c", str(case.concurrency), *_parameters(spec)]
    return shlex.join([*words, "--seed", str(settings.seed)])


def _parameters(spec: WorkloadSpec) -> list[str]:
    """``--set`` for every parameter: the defaults of another version may differ."""
    return [
        word
        for name, value in spec.parameters.items()
        for word in ("--set", f"{spec.name}.{name}={parameters.shown(value)}")
    ]
