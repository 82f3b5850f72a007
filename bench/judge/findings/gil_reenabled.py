"""A free-threaded Python whose GIL an import switched back on."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on


def find(evidence: Evidence) -> Iterator[Mark]:
    if not evidence.run.environment.get("free_threaded_build"):
        return
    for case in evidence.cases:
        if any(trial.facts.get("gil") for trial in evidence.trials(case)):
            yield Mark(
                "gil-reenabled",
                "warning",
                case.workload,
                f"{on(case)}: this Python is free-threaded, but the GIL was on after the imports",
                "unless PYTHON_GIL or -X gil asked for it, an extension module did that is not ready: importing the "
                "workload prints a RuntimeWarning with its name",
                (case.key,),
            )
