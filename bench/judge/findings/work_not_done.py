"""Ops that the fixture did not see: an answer from a cache, a request that was never sent.

The counter ``requests`` promises one per op, so it is held against the ops, under every runner alone: forms that skip
the work alike agree with each other. Of counters of other names, which may count what is rare, none having counted is
told only where the fixture's CPU time does not show that it served. So a fixture whose ops may do without it (a batch,
a cache that is what is measured) counts under another name than ``requests``.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings import _counters
from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary, Severity

FEWER = 0.95
"""Requests per op below which some ops made none."""
MOST = 0.5
NOTHING = 0.001
"""Counts per op, of all counters together, below which they saw no work."""
LEAST_CPU_S = 2e-6
"""Of a fixture, per op: no process takes a request from a socket and answers it in less."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        per_op = _counters.per_op(evidence.trials(case))
        if not per_op:
            continue
        largest = max(per_op, key=per_op.__getitem__)
        requests = per_op.get(_counters.REQUESTS)
        if requests is not None:
            succeeded = case.ops / max(case.ops + case.errors, 1)
            if requests < FEWER * succeeded:
                severity: Severity = "invalid" if requests < MOST * succeeded else "warning"
                yield _mark(case, evidence, _counters.REQUESTS, severity)
        elif per_op[largest] < NOTHING and (cpu_s := _server_cpu_s(case, evidence)) < LEAST_CPU_S:
            yield _mark(case, evidence, largest, "invalid" if cpu_s >= 0 else "warning")


def _server_cpu_s(case: CaseSummary, evidence: Evidence) -> float:
    """CPU seconds of the fixture per op; below 0 where they are not known."""
    turns = [turn for trial in evidence.trials(case) for turn in trial.turns]
    known = [turn for turn in turns if turn.server_cpu_s is not None]
    ops = sum(turn.all_ops for turn in known)
    return sum(turn.server_cpu_s or 0.0 for turn in known) / ops if ops else -1.0


def _mark(case: CaseSummary, evidence: Evidence, name: str, severity: Severity) -> Mark:
    turns = [turn for trial in evidence.trials(case) for turn in trial.turns]
    ops = sum(turn.all_ops for turn in turns)
    counted = sum(turn.counters.get(name, 0) for turn in turns)
    return Mark(
        "work-not-done",
        severity,
        case.workload,
        f"{on(case)}: the fixture counted {counted:,} {name} for {ops:,} ops, {counted / ops:.2g} per op",
        "let every op reach the fixture (no cache, no answer kept from the op before); "
        + (
            "if an op may do without, count it under another name than requests"
            if name == _counters.REQUESTS
            else "if it does, count in the fixture what an op hands over"
        ),
        (case.key,),
        1 - counted / ops,
    )
