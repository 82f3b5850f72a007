"""The server is at its limit, so the contest compares waiting for it."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

SERVER_CORES = 0.85
HALF_A_CORE = 0.5
"""Below this a server that is as busy as its client is still mostly waiting, as both are."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        server = case.value("server_cores")
        if server is None or case["cores_used"] is None:
            continue
        client = case["cores_used"].value
        if server > SERVER_CORES or server >= max(client, HALF_A_CORE):
            yield Mark(
                "server-bound",
                "warning",
                case.workload,
                f"{on(case)}: the server used {server:.2f} cores, the client {client:.2f}, of {evidence.cpus()}",
                "the ratio is compressed towards 1; give the server less to do per op"
                + (", or lower the concurrency" if case.workers > 1 else ""),
                (case.key,),
                server,
            )
