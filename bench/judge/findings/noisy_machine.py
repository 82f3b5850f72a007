"""Other programs, or the hypervisor, took CPU while a contest was measured.

Of the verdicts only those are withheld that the noise could have made: of pairs of which one went short of CPU
(`Evidence.went_short`), where the ratio is no larger than what was taken explains (`Evidence.pairs_within`), unless
both do little but compute in one place and lose the same. The others hold for a machine that is as busy as it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, contest_of

BUSY_SHARE = 0.08
BUSY_INVALID = 0.25
STEAL_SHARE = 0.02
STEAL_INVALID = 0.15


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        others, steal = evidence.taken(cases)
        if others < BUSY_SHARE and steal < STEAL_SHARE:
            continue
        stolen = steal > STEAL_INVALID  # from whoever runs, also where another CPU is idle
        grave = others > BUSY_INVALID or stolen
        short = {case.key for case in cases if grave and (stolen or evidence.went_short(case, others + steal))}
        alike = set() if stolen else {case.key for case in cases if evidence.computes_in_one_place(case)}
        within = evidence.pairs_within(cases, others + steal)
        void = tuple(pair for pair in within if pair & short and not pair <= alike)
        yield Mark(
            "noisy-machine",
            "invalid" if void else "warning",
            "",
            f"while {contest_of(cases)} was measured, other programs used {others:.0%} of the CPUs and the hypervisor "
            f"took {steal:.0%}" + (_reach(others + steal, any_short=bool(short - alike)) if grave else ""),
            _remedy(others, steal),
            tuple(case.key for case in cases),
            others + steal,
            void,
        )


def _reach(share: float, *, any_short: bool) -> str:
    if not any_short:
        return "; nobody went shorter of CPU than another, so the verdicts hold for a machine as busy as it was"
    return f", which can make ratios up to {1 / (1 - share):.2g}×" if share < 1 else ", which can make any ratio"


def _remedy(others: float, steal: float) -> str:
    if others < BUSY_SHARE:
        return "nothing here can be closed: run at another time, or on a machine that is not shared"
    also = ", at a time when the host is less busy" if steal > STEAL_SHARE else ""
    return f"close other programs (bench doctor names them) and run again{also}"
