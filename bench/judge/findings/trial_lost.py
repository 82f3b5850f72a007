"""A contestant was lost in some blocks; its figures are those of the others."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        if case.reason:
            yield Mark(
                "trial-lost",
                "warning",
                case.workload,
                f"{on(case)}: lost in {evidence.run.plan.settings.blocks - case.blocks} of "
                f"{evidence.run.plan.settings.blocks} blocks: {case.reason}",
                "a runner that dies now and then is not comparable; mend the op, or raise --timeout if it was slow",
                (case.key,),
            )
