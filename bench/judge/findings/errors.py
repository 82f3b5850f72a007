"""Ops that raised or whose result failed the check."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

MOST_ERRORS = 0.001
"""Share of failed ops above which a case is not comparable: what failed may have been quicker than what did not."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.all_cases:
        if not case.errors or case.copy != 1:
            continue
        total = case.errors + case.ops
        share = case.errors / total
        first = next(iter(case.messages), "no message")
        yield Mark(
            "errors",
            "invalid" if share > MOST_ERRORS else "warning",
            case.workload,
            f"{on(case)}: {case.errors:,} of {total:,} ops failed ({share:.1%}); most often: {first}",
            "mend the op or lower the concurrency; failed ops are in no throughput and no latency",
            (case.key,),
            share,
        )
