"""The op waits for a time that event loops cannot keep, or ends before it is over."""

from __future__ import annotations

from collections.abc import Iterator

from bench import histogram
from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

COARSE_S = 0.005
EARLY_SHARE = 0.01
A_TICK_S = 0.0011
"""What rounding to whole milliseconds can take off a wait."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        least_s = evidence.run.plan.workload(case.workload).least_latency_s
        trials = evidence.trials(case)
        loop = evidence.on_loop(case)
        if not least_s:
            continue
        early = sum(turn.early for trial in trials for turn in trial.turns)
        ops = sum(turn.all_ops for trial in trials for turn in trial.turns)
        share = early / ops if ops else 0.0
        coarse = loop and (least_s < COARSE_S or abs(least_s * 1e3 - round(least_s * 1e3)) > 1e-9)
        if share > EARLY_SHARE or coarse:
            median = case["latency_p50_ms"]
            yield Mark(
                "timer-too-coarse",
                "invalid" if share > 0.5 or (loop and least_s < 0.001) else "warning",
                case.workload,
                f"{on(case)}: {share:.1%} of the ops ended before the {least_s * 1e3:g} ms they must take"
                + (f"; the median is {median.value:.3g} ms" if median is not None else ""),
                _remedy(coarse=coarse, rounded=loop and _shortest_s(case, evidence) >= least_s - A_TICK_S),
                (case.key,),
                share,
            )


def _shortest_s(case: CaseSummary, evidence: Evidence) -> float:
    """Of the ops that are told, all but one in a hundred took longer."""
    pooled = histogram.merge([trial.latency for trial in evidence.trials(case)])
    return histogram.quantile_ns(pooled, 0.01) / 1e9 if pooled else 0.0


def _remedy(*, coarse: bool, rounded: bool) -> str:
    if coarse:
        return "event loops round timers to whole ms (asyncio up, uvloop to the nearest): wait whole ms, 5 or more"
    if rounded:
        return "the loop rounds its timers to whole ms, so a wait ends up to 1 ms early: longer waits feel it less"
    return "the op does not wait as the workload's least_latency_s says: mend whichever of the two is wrong"
