"""A contestant computed while it was not its turn: everyone else's figures depend on whom they were measured with."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

CORES = 0.01
INVALID = 0.10


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        for case in cases:
            cores = evidence.per_wall_s([case], "parked_cpu_s")
            if cores is None or cores <= CORES or len(cases) < 2:
                continue
            void = evidence.pairs_within(cases, cores) if cores > INVALID else ()
            yield Mark(
                "parked-cpu",
                "invalid" if void else "warning",
                case.workload,
                f"{on(case)}: used {cores:.2f} of a CPU while it waited for its turn and others had theirs",
                "something of the workload runs beside its ops (a thread, a child, a timer): stop it between ops, or "
                f"measure this runner alone (-r {case.runner})",
                tuple(other.key for other in cases),
                cores,
                void,
            )
