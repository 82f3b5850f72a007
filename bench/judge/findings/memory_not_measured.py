"""No memory figure, or one that does not mean the same as on Linux."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        trials = evidence.trials(case)
        method = trials[0].memory.method if trials and trials[0].memory else ""
        if case["memory_bytes"] is None:
            told = f"{on(case)}: this platform did not tell the memory of the process tree"
            remedy = (
                "the kernel is older than 5.4, or /proc/PID/smaps_rollup may not be read here"
                if evidence.run.environment.get("system") == "Linux"
                else "run on Linux 5.4 or newer for proportional shares"
            )
        elif not method.startswith("Pss"):
            told = f"memory is {method}; pages shared by processes and kernel memory are not in it"
            remedy = "compare memory with runs of the same platform only"
        else:
            continue
        yield Mark("memory-not-measured", "info", "", told, remedy, (case.key,))
