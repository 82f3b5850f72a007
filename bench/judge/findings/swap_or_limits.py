"""The machine swapped, or a case came near the memory limit."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

MEMORY_SHARE = 0.8


def find(evidence: Evidence) -> Iterator[Mark]:
    environment = evidence.run.environment
    limit = environment.get("memory_limit_bytes") or environment.get("memory_bytes") or 0
    for case in evidence.cases:
        swapped = sum(trial.noise.get("swapped_bytes", 0.0) for trial in evidence.trials(case))
        share = case["memory_bytes"].value / limit if case["memory_bytes"] and limit else 0.0
        if swapped > 0 or share > MEMORY_SHARE:
            yield Mark(
                "swap-or-limits",
                "warning",
                case.workload,
                f"{on(case)}: {swapped / 2**20:.1f} MiB went to or came from swap; the case held {share:.0%} of "
                "the memory there is",
                _remedy(case, near=share > MEMORY_SHARE),
                (case.key,),
                share + (swapped > 0),
            )


def _remedy(case: CaseSummary, *, near: bool) -> str:
    if not near:
        return "it is not this case that fills the memory: close what does"
    return "give it more memory" + (", or lower the concurrency" if case.workers > 1 else "")
