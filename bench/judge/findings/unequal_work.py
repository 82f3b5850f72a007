"""What the server counted per op differs between runners, so they did not do the same work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.judge.findings._evidence import Evidence, Mark
from bench.model import TrialResult

UNEQUAL = 1.02
_CONNECTIONS = "connections"


def find(evidence: Evidence) -> Iterator[Mark]:
    for cases in evidence.contests():
        counted = {case.runner: _per_op(evidence.trials(case)) for case in cases}
        for name in sorted({name for per_op in counted.values() for name in per_op}):
            per_op = {case.runner: counted[case.runner].get(name, 0.0) for case in cases}
            low, high = min(per_op, key=per_op.__getitem__), max(per_op, key=per_op.__getitem__)
            if per_op[high] > UNEQUAL * per_op[low] + 1e-9:
                told = ", ".join(f"{runner} {value:.3g}" for runner, value in per_op.items())
                yield Mark(
                    "unequal-work",
                    "invalid",
                    cases[0].workload,
                    f"{cases[0].workload}, C = {cases[0].concurrency}: {name} per op as the server counted: {told}",
                    "make both forms do the same: one request per op, body read to its end, connection kept",
                    tuple(case.key for case in cases),
                    per_op[high] / max(per_op[low], 1e-9),
                )


def _per_op(trials: Sequence[TrialResult]) -> dict[str, float]:
    """Counter -> its sum over timed turns per op of them. Connections opened in timed turns are opened again."""
    ops = sum(turn.all_ops for trial in trials for turn in trial.turns)
    totals: dict[str, float] = {}
    for trial in trials:
        for turn in trial.turns:
            for name, value in turn.counters.items():
                if not name.endswith("_max"):
                    totals[name] = totals.get(name, 0.0) + value
    per_op = {name: total / ops for name, total in totals.items() if ops}
    if per_op.get(_CONNECTIONS, 0.0) < 0.05:  # a few reconnects are chance; one per op is another protocol
        per_op.pop(_CONNECTIONS, None)
    return per_op
