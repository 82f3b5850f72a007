"""What ran is not what the row is called: another event loop, or threads that are none."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

LOOPS = {"asyncio": "asyncio.", "uvloop": "uvloop."}
"""Runner -> the package its event loop is from."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        facts = [trial.facts for trial in evidence.trials(case)]
        package = LOOPS.get(case.runner, "")
        strange = {loop for fact in facts if (loop := fact.get("loop")) and not loop.startswith(package)}
        patches = {patch for fact in facts if (patch := fact.get("patched"))}
        for texts, told, remedy in (
            (strange, "its event loop is", "let the workload install no event loop policy: the runner brings its loop"),
            (
                patches,
                "the standard library is patched by",
                "let the workload patch nothing: a runner is not itself then",
            ),
        ):
            if texts:
                yield Mark(
                    "not-the-runner",
                    "invalid",
                    case.workload,
                    f"{on(case)}: {told} {', '.join(sorted(texts))}",
                    remedy,
                    (case.key,),
                    len(texts),
                )
