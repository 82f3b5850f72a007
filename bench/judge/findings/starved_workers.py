"""Some workers did most of the ops. A coroutine op that never suspends gives all of them to one."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

FAIR = 0.8


def find(evidence: Evidence) -> Iterator[Mark]:
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
