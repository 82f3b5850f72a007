"""Fewer ops in flight than workers: a pool smaller than C, or workers that do not work."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

LITTLE_SLACK = 0.05


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        in_flight, little = case.value("in_flight_max"), case.value("little")
        if in_flight is not None and in_flight < case.workers:
            yield Mark(
                "concurrency-not-reached",
                "invalid",
                case.workload,
                f"{on(case)}: the server never saw more than {in_flight:g} of {case.workers} requests in flight",
                "size pools, connectors and executors to ctx.concurrency",
                (case.key,),
                1 - in_flight / case.workers,
            )
        elif little is not None and abs(little - 1) > LITTLE_SLACK:
            yield Mark(
                "concurrency-not-reached",
                "invalid" if little < 0.75 else "warning",
                case.workload,
                f"{on(case)}: throughput × mean latency is {little * case.workers:.2f}, not {case.workers} "
                "(Little's law): workers were not running for the whole window",
                "see starved-workers; a runner must keep C workers busy from ramp to drain",
                (case.key,),
                abs(little - 1),
            )
