"""A 5 ms ticker beside the load wakes far too late: something keeps the loop from turning."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

LAG_MS = 10.0
WORST_LAG_MS = 50.0


def find(evidence: Evidence) -> Iterator[Mark]:
    coroutine = {"asyncio", "uvloop"} | {trial.runner for trial in evidence.run.trials if trial.facts.get("loop")}
    for case in evidence.cases:
        median = case["lag_p50_ms"]
        worst = case.value("lag_max_ms") or 0.0
        if case.runner in coroutine and ((median is not None and median.value > LAG_MS) or worst > WORST_LAG_MS):
            told = f"{median.value:.1f} ms late at the median, " if median is not None else ""
            yield Mark(
                "event-loop-blocked",
                "warning",
                case.workload,
                f"{on(case)}: a 5 ms ticker on the same loop woke {told}{worst:.0f} ms late at worst",
                "hand CPU work and blocking calls to threads or processes; other users of this loop wait as long",
                (case.key,),
                worst,
            )
