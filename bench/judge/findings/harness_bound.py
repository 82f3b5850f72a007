"""The harness's own floor (the noop workload of the same run) is a tenth of the op or more."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

HARNESS_SHARE = 0.10
NOOP = "noop"


def find(evidence: Evidence) -> Iterator[Mark]:
    floors_s = {
        case.runner: case.workers / case["throughput_per_s"].value
        for case in evidence.cases
        if case.name == NOOP and case.workers == 1 and case["throughput_per_s"]
    }
    for case in evidence.cases:
        rate, cores = case["throughput_per_s"], case["cores_used"]
        if case.runner not in floors_s or rate is None or cores is None:
            continue
        # what the loop takes of the CPU time there is: ops per second and core, times the floor
        share = floors_s[case.runner] * rate.value / max(1.0, cores.value)
        if share > HARNESS_SHARE:
            noop = case.name == NOOP
            yield Mark(
                "harness-bound",
                "info" if noop else "warning",
                case.workload,
                f"{on(case)}: the measuring loop takes {min(share, 1):.0%} of the op "
                f"({floors_s[case.runner] * 1e9:,.0f} ns of {1e9 / rate.value:,.0f} ns)",
                "nothing to mend: noop is this floor" if noop else "make one op do more work",
                (case.key,),
                share,
            )
