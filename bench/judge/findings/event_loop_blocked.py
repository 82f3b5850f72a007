"""A 5 ms ticker beside the load wakes far too late: something keeps the loop from turning."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

LAG_MS = 10.0
WORST_LAG_MS = 50.0
"""Of a typical block: a stop of the whole machine falls into one."""
COMPUTES = 0.8
WAITS = 0.5
"""Cores above which a loop is busy computing, and below which it stands still."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        if not is_blocked(case, evidence):
            continue
        median, worst = case.value("lag_p50_ms"), _typical_worst_ms(case, evidence)
        told = f"{median:.1f} ms late at the median, " if median is not None else ""
        yield Mark(
            "event-loop-blocked",
            "warning",
            case.workload,
            f"{on(case)}: a 5 ms ticker on the same loop woke {told}{worst:.0f} ms late at worst in a typical block"
            + _computing(case),
            _remedy(case, evidence),
            (case.key,),
            worst,
        )


def is_blocked(case: CaseSummary, evidence: Evidence) -> bool:
    """Whether the loop of a case kept its ticker waiting."""
    if not evidence.on_loop(case):
        return False
    return (case.value("lag_p50_ms") or 0.0) > LAG_MS or _typical_worst_ms(case, evidence) > WORST_LAG_MS


def _typical_worst_ms(case: CaseSummary, evidence: Evidence) -> float:
    return statistics.median(trial.lag_max_s * 1e3 for trial in evidence.trials(case))


def _computing(case: CaseSummary) -> str:
    cpu_s, cores = case.value("cpu_s_per_op"), case.value("cores_used")
    if cpu_s is None or cores is None:
        return ""
    return f"; an op computes for {cpu_s * 1e3:.2g} ms, {case.workers} at a time, on {cores:.2f} cores"


def _remedy(case: CaseSummary, evidence: Evidence) -> str:
    cores, op_ms = evidence.cores_wanted(case), (case.value("cpu_s_per_op") or 0.0) * 1e3
    others = "other users of this loop wait as long"
    pool = "processes" if evidence.shares_gil(case) else "threads"
    if cores > COMPUTES and op_ms < LAG_MS and case.workers > 1:
        return (
            f"no op is long, all {case.workers} together are: a loop runs every ready task before it looks at its "
            f"timers; fewer tasks per loop, or the computing in {pool}; {others}"
        )
    if cores > COMPUTES:
        return f"hand the computing to {pool}; {others}"
    if cores < WAITS:
        return f"the loop stands still without computing: hand the blocking call to a thread, or await it; {others}"
    return f"hand blocking calls to threads and computing to {pool}; {others}"
