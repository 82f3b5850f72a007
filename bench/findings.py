"""What a reader must know about a number (pure): id, severity, evidence in figures, and a remedy.

``invalid`` withholds the verdicts of the cases it touches; ``warning`` and ``info`` stand beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.model import CaseSummary, Comparison, Finding
from bench.store import StoredRun

MOST_ERRORS = 0.001
"""Share of failed ops above which a case is not comparable: what failed may have been quicker than what did not."""


def find(run: StoredRun, cases: Sequence[CaseSummary], comparisons: Sequence[Comparison]) -> list[Finding]:
    """All findings of a run, the gravest first."""
    found = [*_errors(cases)]
    order = {"invalid": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def _errors(cases: Sequence[CaseSummary]) -> list[Finding]:
    found = []
    for case in cases:
        if not case.errors:
            continue
        share = case.errors / (case.errors + case.ops)
        first = next(iter(case.messages), "no message")
        found.append(
            Finding(
                "errors",
                "invalid" if share > MOST_ERRORS else "warning",
                f"{case.workload} on {case.runner}, C = {case.concurrency}: {case.errors:,} of "
                f"{case.errors + case.ops:,} ops failed ({share:.1%}); most often: {first}",
                "mend the op or lower the concurrency; failed ops are in no throughput and no latency",
                (case.key,),
            )
        )
    return found
