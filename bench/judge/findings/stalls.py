"""Total ops over total time falls below the typical rate beyond the noise: now and then it stands still."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

STALL = 0.97


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        stalling = [case for case in cases if _stalls(case)]
        for case in stalling:
            share = case["mean_over_typical"]
            assert share is not None
            yield Mark(
                "stalls",
                "warning",
                case.workload,
                f"{on(case)}: total ops over total time are {share.value:.2f} [{share.low:.2f}, {share.high:.2f}] "
                "of the typical rate",
                _remedy(everyone=len(stalling) == len(cases) > 1),
                (case.key,),
                1 - share.value,
            )


def _stalls(case: CaseSummary) -> bool:
    share = case["mean_over_typical"]
    return share is not None and share.high is not None and share.high < STALL


def _remedy(*, everyone: bool) -> str:
    if everyone:
        return "every runner stands still now and then, so it is what they share: the machine, the server, the disk"
    return "the ratio speaks of typical turns; compare mean_per_s and the tail latency before you choose"
