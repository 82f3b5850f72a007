"""Why a workload came out as it did: clauses made from what was measured, each with its number, none without (pure)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from bench.judge import factors
from bench.model import CaseSummary, Estimate
from reports.numbers import standings, units, worker_costs
from reports.numbers.index import Index

MS = 1e-3
FULL = 0.9
"""Of one core: from here on a thread, a loop or a server has no time left."""
ONE_CORE = (0.9, 1.2)
LATE_MS = 5.0
"""Lag from which on a loop counts as blocked: CPython's default switch interval."""
GROWTH = 1.5
FEW = 0.5


def of_workload(index: Index, workload: str) -> tuple[str, ...]:
    """The clauses, those about the headline's contest first."""
    level = standings.main_level(index, workload)
    if level is None:
        return ()
    cases = index.measured(workload, level)
    return (
        *_waiting(index, workload),
        *_one_interpreter(index, cases),
        *_many_cores(index, cases),
        *_server(cases),
        *_late(cases),
        *_growing(index, workload),
        *_unequal(cases),
        *_idle(cases),
        *_early(index, workload, level),
        *_library(index, workload),
        *_memory(index, workload),
    )


def _waiting(index: Index, workload: str) -> Iterator[str]:
    low = index.levels(workload)[0]
    for case in index.measured(workload, low):
        if case.runner in index.serial and case["cores_used"]:
            used = _cores(case["cores_used"])
            if _above(case["cores_used"], FULL):
                yield f"The op is CPU work: {case.runner} uses {used} with one worker, and has no waits to overlap."
            elif _below(case["cores_used"], FEW):
                yield (f"The op mostly waits: {case.runner} uses {used}, and the waits of several workers can overlap.")


def _one_interpreter(index: Index, cases: tuple[CaseSummary, ...]) -> Iterator[str]:
    if not index.stored.environment.get("gil", True) or int(index.stored.environment.get("cpus") or 1) < 2:
        return
    for case in cases:
        used = case["cores_used"]
        if case.workers == 1 or not used or not _above(used, ONE_CORE[0]) or not _below(used, ONE_CORE[1]):
            continue
        processes, threads = _tree(index, case)
        if processes == 1:
            held = (
                "threads hold each other up at the interpreter lock (GIL)"
                if threads >= case.workers
                else ("its one thread is full")
            )
            yield f"{case.runner} uses {_cores(used)} with {case.workers} workers: {held}."


def _tree(index: Index, case: CaseSummary) -> tuple[int, int]:
    """Most processes and threads a case held when its memory was read; 0 where it was not."""
    trials = index.trials.get((case.workload, case.concurrency, case.runner, 1), ())
    read = [trial.memory for trial in trials if trial.memory]
    return max((one.processes for one in read), default=0), max((one.threads for one in read), default=0)


def _many_cores(index: Index, cases: tuple[CaseSummary, ...]) -> Iterator[str]:
    for case in cases:
        used = case["cores_used"]
        if used and _above(used, 1.3):
            yield f"{case.runner} uses {_cores(used)} at once: it computes on several CPUs."


def _server(cases: tuple[CaseSummary, ...]) -> Iterator[str]:
    busy = [(cores, case.runner) for case in cases if (cores := case.value("server_cores")) is not None]
    if busy and max(busy)[0] >= FULL:
        share, runner = max(busy)
        yield (
            f"The server is busy {units.share(share)} of a core under {runner}, over all blocks: it is the limit, and "
            "differences between the fastest runners are hidden behind it."
        )


def _late(cases: tuple[CaseSummary, ...]) -> Iterator[str]:
    for case in cases:
        name, lag = next(
            ((name, case[f"lag_{name}_ms"]) for name in ("p99", "p50") if case[f"lag_{name}_ms"]), ("", None)
        )
        if lag and (lag.low or 0) >= LATE_MS:
            yield (
                f"{case.runner} fires timers {units.estimate(lag, units.seconds_scale, MS)} late ({name}): "
                "anything else in that process waits as long."
            )


def _growing(index: Index, workload: str) -> Iterator[str]:
    levels = index.levels(workload)
    for runner in index.runners:
        if runner in index.serial:
            continue
        costs = [
            (level, case["cpu_s_per_op"])
            for level in levels
            if (case := index.cases.get((workload, level, runner))) and case["cpu_s_per_op"]
        ]
        for (low, before), (high, after) in itertools.pairwise(costs):
            if before.high is not None and after.low is not None and after.low >= GROWTH * before.high:
                yield (
                    f"The CPU time per op of {runner} grows from "
                    f"{units.estimate(before, units.seconds_scale)} at C = {low} to "
                    f"{units.estimate(after, units.seconds_scale)} at C = {high}: workers hinder each other."
                )


def _unequal(cases: tuple[CaseSummary, ...]) -> Iterator[str]:
    for case in cases:
        fairness = case.value("fairness")
        if case.workers > 1 and fairness is not None and fairness < 0.8:
            yield (
                f"The workers of {case.runner} get unequal shares (Jain's index {units.digits(fairness)}, 1 is "
                f"equal, mean of {case.turns} turns): its latencies spread."
            )


def _idle(cases: tuple[CaseSummary, ...]) -> Iterator[str]:
    for case in cases:
        little = case.value("little")
        if little is not None and little < 0.75:
            yield (
                f"The workers of {case.runner} are in an op only {units.share(little)} of the time "
                f"(over {case.turns} turns): the rest goes into handing over."
            )


def _early(index: Index, workload: str, level: int) -> Iterator[str]:
    for runner in index.runners:
        turns = [turn for trial in index.trials.get((workload, level, runner, 1), ()) for turn in trial.turns]
        early, ended = sum(turn.early for turn in turns), sum(turn.all_ops for turn in turns)
        if early:
            least = units.seconds(index.spec(workload).least_latency_s)
            yield f"{runner} ended {early:,} of {ended:,} ops before {least}, ramps included: its timers round down."


def _library(index: Index, workload: str) -> Iterator[str]:
    libraries = index.spec(workload).libraries
    if len(set(libraries.values())) > 1:
        named = units.join([f"{library} ({form})" for form, library in libraries.items()])
        yield f"The forms use different libraries, {named}: a difference between them is the library's as well."
    for split in factors.of_run(index.stored, index.summary):
        if split.workload == workload:
            yield f"{factors.sentence(split)}."


def _memory(index: Index, workload: str) -> Iterator[str]:
    if costs := worker_costs.told(index, workload):
        yield f"Each further worker holds: {costs}."


def _cores(used: Estimate) -> str:
    return units.estimate(used, units.cores_scale)


def _above(estimate: Estimate, bound: float) -> bool:
    return estimate.low is not None and estimate.low >= bound


def _below(estimate: Estimate, bound: float) -> bool:
    return estimate.high is not None and estimate.high <= bound
