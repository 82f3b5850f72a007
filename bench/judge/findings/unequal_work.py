"""What the server counted per op differs between runners, so they did not do the same work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.judge.findings import _counters
from bench.judge.findings._evidence import Evidence, Mark, contest_of
from bench.model import CaseSummary

UNEQUAL = 1.02
CHANCE = 0.001
"""Counts per op: what happens less often than to one op in a thousand is no part of the work."""
FEW_CONNECTIONS = 0.05
"""Per op; a few reconnects are chance, one per op is another protocol."""

_WANTED = {
    _counters.REQUESTS: "make as many requests per op",
    _counters.CONNECTIONS: "keep connections alike: read each body to its end, or its connection cannot be used again",
    "bytes": "read each body to its end",
}


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        counted = {case.runner: _per_op(case, evidence) for case in cases}
        for name in sorted({name for per_op in counted.values() for name in per_op}):
            per_op = {case.runner: counted[case.runner].get(name, 0.0) for case in cases}
            low, high = min(per_op, key=per_op.__getitem__), max(per_op, key=per_op.__getitem__)
            if per_op[high] > UNEQUAL * per_op[low] + CHANCE:
                told = ", ".join(f"{runner} {value:.3g}" for runner, value in per_op.items())
                yield Mark(
                    "unequal-work",
                    "invalid",
                    cases[0].workload,
                    f"{contest_of(cases)}: {name} per op as the server counted: {told}",
                    _remedy(name, cases, per_op, evidence),
                    tuple(case.key for case in cases),
                    per_op[high] / max(per_op[low], 1e-9),
                )


def _per_op(case: CaseSummary, evidence: Evidence) -> dict[str, float]:
    trials = evidence.trials(case)
    opened = _counters.connections_per_op(trials)
    return _counters.per_op(trials) | ({_counters.CONNECTIONS: opened} if opened >= FEW_CONNECTIONS else {})


def _remedy(name: str, cases: Sequence[CaseSummary], per_op: Mapping[str, float], evidence: Evidence) -> str:
    failing = [case.runner for case in cases if case.errors]
    if failing:
        return f"mend the failing ops of {', '.join(failing)} first: an op that fails does not do all its work"
    wanted = _WANTED.get(name, f"do the same {name} per op")
    values = [[per_op[case.runner] for case in cases if evidence.on_loop(case) is loop] for loop in (False, True)]
    if any(max(form) > UNEQUAL * min(form) + CHANCE for form in values if form):
        return f"runners of one form differ, so it depends on who shares a client: {wanted} under every runner"
    return f"{wanted} in both forms"
