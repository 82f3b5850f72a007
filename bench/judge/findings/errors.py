"""Ops that raised or whose result failed the check."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary
from bench.trial.recorder import WRONG_RESULT

MOST_ERRORS = 0.001
"""Share of failed ops above which a case is not comparable: what failed may have been quicker than what did not."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.all_cases:
        if not (case.errors or case.messages) or case.copy != 1:
            continue
        first = next(iter(case.messages), "no message")
        if not case.errors:  # their number is that of no window, and no other number of ops stands beside it
            told = f"{on(case)}: ops failed, all of them outside the windows (warm-up, ramp or drain): {first}"
            yield Mark("errors", "warning", case.workload, told, _remedy(case, 0.0, evidence), (case.key,))
            continue
        total = case.errors + case.ops
        share = case.errors / total
        yield Mark(
            "errors",
            "invalid" if share > MOST_ERRORS else "warning",
            case.workload,
            f"{on(case)}: {case.errors:,} of {total:,} ops failed ({share:.1%}); most often: {first}",
            f"{_remedy(case, share, evidence)}; failed ops are in no throughput and no latency",
            (case.key,),
            share,
        )


def _remedy(case: CaseSummary, share: float, evidence: Evidence) -> str:
    """Concurrency is blamed only where the same runner failed less at a lower one."""
    if WRONG_RESULT in case.messages:
        return "the workload's own check refuses these results: mend the op or the check"
    at_less = [
        other.errors / (other.errors + other.ops)
        for other in evidence.cases
        if (other.workload, other.runner) == (case.workload, case.runner)
        and other.workers < case.workers
        and other.errors + other.ops
    ]
    fewer = bool(at_less) and min(at_less) < share / 2
    return "mend the op, or lower the concurrency, at which fewer fail" if fewer else "mend the op"
