"""Other programs, or the hypervisor, took CPU while a contest was measured.

Of the verdicts only those are withheld whose ratio the noise could have made (`Evidence.pairs_within`).
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
        grave = others > BUSY_INVALID or steal > STEAL_INVALID
        void = evidence.pairs_within(cases, others + steal) if grave else ()
        yield Mark(
            "noisy-machine",
            "invalid" if void else "warning",
            "",
            f"while {contest_of(cases)} was measured, other programs used {others:.0%} of the CPUs and the hypervisor "
            f"took {steal:.0%}" + _reach(others + steal, grave=grave),
            _remedy(others, steal),
            tuple(case.key for case in cases),
            others + steal,
            void,
        )


def _reach(share: float, *, grave: bool) -> str:
    if not grave:
        return ""
    return f", which can make ratios up to {1 / (1 - share):.2g}×" if share < 1 else ", which can make any ratio"


def _remedy(others: float, steal: float) -> str:
    if others < BUSY_SHARE:
        return "nothing here can be closed: run at another time, or on a machine that is not shared"
    also = ", at a time when the host is less busy" if steal > STEAL_SHARE else ""
    return f"close other programs (bench doctor names them) and run again{also}"
