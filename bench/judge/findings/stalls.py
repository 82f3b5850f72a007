"""Total ops over total time falls below the typical rate beyond the noise: the runner stands still now and then."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

STALL = 0.97


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        share = case["mean_over_typical"]
        if share is None or share.high is None:
            continue
        if share.high < STALL:
            yield Mark(
                "stalls",
                "warning",
                case.workload,
                f"{on(case)}: total ops over total time are {share.value:.2f} [{share.low:.2f}, {share.high:.2f}] "
                "of the typical rate",
                "the ratio speaks of typical rounds; compare mean_per_s and the tail latency before you choose",
                (case.key,),
                1 - share.value,
            )
