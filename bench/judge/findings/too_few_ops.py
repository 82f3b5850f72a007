"""So few ops that even the median is a guess."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

FEW_OPS = 30


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        if 0 < case.ops < FEW_OPS:
            yield Mark(
                "too-few-ops",
                "warning",
                case.workload,
                f"{on(case)}: {case.ops} ops in {case.turns} windows",
                f"make the op shorter or {evidence.more_time()}",
                (case.key,),
                1 / case.ops,
            )
