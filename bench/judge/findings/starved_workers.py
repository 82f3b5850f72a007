"""Some workers did most of the ops. A coroutine op that never suspends gives all of them to one."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

FAIR = 0.8
COMPUTES = 0.8
ONE_CORE = 1.2
"""Share of a core above which workers compete for it rather than wait for something else, and what one GIL allows."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        if not is_starved(case, evidence):
            continue
        fairness = case.value("fairness") or 0.0
        alone = fairness < 1.5 / case.workers
        cause, expected = _why(case, evidence, alone=alone)
        yield Mark(
            "starved-workers",
            "invalid" if alone and not expected else "warning",
            case.workload,
            f"{on(case)}: Jain's index of ops per worker is {fairness:.2f} "
            f"(1 is fair, {1 / case.workers:.2f} is one worker doing all)",
            cause,
            (case.key,),
            1 - fairness,
        )


def is_starved(case: CaseSummary, evidence: Evidence) -> bool:
    """Whether the ops are unevenly spread over workers that had two or more each to do."""
    fairness = case.value("fairness")
    if case.load == "batch" or case.workers == 1 or fairness is None or fairness >= FAIR:
        return False
    turns = sum(len(trial.turns) for trial in evidence.trials(case))
    return case.ops / max(turns, 1) / case.workers >= 2  # a worker with one op of two seems starved by rounding alone


def _why(case: CaseSummary, evidence: Evidence, *, alone: bool) -> tuple[str, bool]:
    """The cause as far as the evidence tells, and whether it is in the nature of the runner."""
    cores = evidence.cores_wanted(case)
    if evidence.on_loop(case):
        if alone:
            return "let a coroutine op suspend at least once (await asyncio.sleep(0))", False
        return "some tasks suspend less often than others, or wait for them (a semaphore, a pool, a queue)", False
    if evidence.shares_gil(case) and cores > COMPUTES and (case.value("cores_used") or 0.0) < ONE_CORE:
        return "expected of CPU-bound threads, which keep the GIL for 5 ms at a time; latency is uneven, too", True
    if cores > COMPUTES * min(case.workers, evidence.cpus()):
        return f"{case.workers} workers share {evidence.cpus()} CPUs, and the system deals them out unevenly", True
    gil = "the GIL, " if evidence.shares_gil(case) else ""
    return (
        f"workers wait for one another ({gil}a lock, a pool smaller than C, a server that takes one at a time)",
        False,
    )
