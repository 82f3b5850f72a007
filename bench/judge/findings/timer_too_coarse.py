"""The op waits for a time that event loops cannot keep, or wakes before it is over."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

COARSE_S = 0.005
EARLY_SHARE = 0.01


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        least_s = evidence.run.plan.workload(case.workload).least_latency_s
        trials = evidence.trials(case)
        loop = any(trial.facts.get("loop") for trial in trials)
        if not least_s:
            continue
        early = sum(turn.early for trial in trials for turn in trial.turns)
        ops = sum(turn.all_ops for trial in trials for turn in trial.turns)
        share = early / ops if ops else 0.0
        fraction = abs(least_s * 1e3 - round(least_s * 1e3)) > 1e-9
        if share > EARLY_SHARE or (loop and (least_s < COARSE_S or fraction)):
            yield Mark(
                "timer-too-coarse",
                "invalid" if share > 0.5 or (loop and least_s < 0.001) else "warning",
                case.workload,
                f"{on(case)}: {share:.1%} of the ops ended before the {least_s * 1e3:g} ms they must take"
                + _rounding(case, least_s),
                "event loops round timers to whole ms (asyncio up, uvloop to the nearest): wait whole ms, 5 or more",
                (case.key,),
                share,
            )


def _rounding(case: CaseSummary, least_s: float) -> str:
    median = case["latency_p50_ms"]
    return f"; the median is {median.value:.3g} ms" if median is not None and least_s else ""
