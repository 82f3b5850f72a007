"""Did every runner do the same work, with as many workers as it says, and enough of it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.judge.findings.evidence import Evidence, Mark, on
from bench.model import TrialResult

MOST_ERRORS = 0.001
"""Share of failed ops above which a case is not comparable: what failed may have been quicker than what did not."""

UNEQUAL = 1.02
LITTLE_SLACK = 0.05
FEW_OPS = 30
FAIR = 0.8
_CONNECTIONS = "connections"


def errors(evidence: Evidence) -> Iterator[Mark]:
    """Ops that raised or whose result failed the check."""
    for case in evidence.all_cases:
        if not (case.errors or case.messages) or case.copy != 1:
            continue
        first = next(iter(case.messages), "no message")
        if not case.errors:  # their number is that of no window, and no other number of ops stands beside it
            told = f"{on(case)}: ops failed, all of them outside the windows (warm-up, ramp or drain): {first}"
            yield Mark("errors", "warning", case.workload, told, "mend the op or lower the concurrency", (case.key,))
            continue
        total = case.errors + case.ops
        share = case.errors / total
        yield Mark(
            "errors",
            "invalid" if share > MOST_ERRORS else "warning",
            case.workload,
            f"{on(case)}: {case.errors:,} of {total:,} ops failed ({share:.1%}); most often: {first}",
            "mend the op or lower the concurrency; failed ops are in no throughput and no latency",
            (case.key,),
            share,
        )


def unequal_work(evidence: Evidence) -> Iterator[Mark]:
    """What the server counted per op differs between runners, so they did not do the same work."""
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


def concurrency_not_reached(evidence: Evidence) -> Iterator[Mark]:
    """Fewer ops in flight than workers: a pool smaller than C, or workers that do not work."""
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


def starved_workers(evidence: Evidence) -> Iterator[Mark]:
    """Some workers did most of the ops. A coroutine op that never suspends gives all of them to one."""
    for case in evidence.cases:
        fairness = case.value("fairness")
        if case.workers == 1 or fairness is None or fairness >= FAIR:
            continue
        turns = [turn for trial in evidence.trials(case) for turn in trial.turns]
        per_worker = case.ops / max(len(turns), 1) / case.workers
        if per_worker < 2:  # a worker with one op of two seems starved by rounding alone
            continue
        alone = fairness < 1.5 / case.workers
        yield Mark(
            "starved-workers",
            "invalid" if alone else "warning",
            case.workload,
            f"{on(case)}: Jain's index of ops per worker is {fairness:.2f} "
            f"(1 is fair, {1 / case.workers:.2f} is one worker doing all)",
            "let a coroutine op suspend at least once (await asyncio.sleep(0))"
            if alone
            else "expected of CPU-bound threads, which keep the GIL for 5 ms at a time; latency is uneven, too",
            (case.key,),
            1 - fairness,
        )


def too_few_ops(evidence: Evidence) -> Iterator[Mark]:
    """So few ops that even the median is a guess."""
    for case in evidence.cases:
        if 0 < case.ops < FEW_OPS:
            yield Mark(
                "too-few-ops",
                "warning",
                case.workload,
                f"{on(case)}: {case.ops} ops in {case.turns} windows",
                f"make the op shorter or {evidence.more_time()}",
                (case.key,),
                1 / case.ops,
            )


def different_libraries(evidence: Evidence) -> Iterator[Mark]:
    """The runners of a contest use different client libraries, so their ratio is not the model's alone."""
    for spec in evidence.run.plan.workloads:
        libraries = {form: library for form, library in spec.libraries.items() if form in spec.forms}
        cases = [case for case in evidence.cases if case.workload == spec.label]
        if len(set(libraries.values())) > 1 and cases:
            told = ", ".join(f"{form}: {library}" for form, library in sorted(libraries.items()))
            yield Mark(
                "different-libraries",
                "info",
                spec.label,
                f"{spec.label}: the forms use different client libraries ({told})",
                "read the ratio between blocking and coroutine runners as that of library and model together",
                tuple(case.key for case in cases),
            )
