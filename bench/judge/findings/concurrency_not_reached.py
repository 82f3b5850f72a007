"""Fewer ops in flight than workers: a pool smaller than C, or workers that do not work."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings import starved_workers
from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

LITTLE_SLACK = 0.05
"""Of a load that goes on; at the end of a batch there are fewer ops than workers."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        in_flight, little = case.value("in_flight_max"), case.value("little")
        if in_flight is not None and in_flight < case.workers:
            yield _few_in_flight(case, in_flight, evidence)
        elif case.load != "batch" and little is not None and abs(little - 1) > LITTLE_SLACK:
            yield Mark(
                "concurrency-not-reached",
                "invalid" if little < 0.75 else "warning",
                case.workload,
                f"{on(case)}: throughput × mean latency is {little * case.workers:.2f}, not {case.workers} "
                "(Little's law): workers were not running for the whole window",
                _why_idle(case, evidence),
                (case.key,),
                abs(little - 1),
            )


def _few_in_flight(case: CaseSummary, in_flight: float, evidence: Evidence) -> Mark:
    """A fixture that musters has held requests until all were there; of another, a quick one may never see them all."""
    told = f"{on(case)}: the server never saw more than {in_flight:g} of {case.workers} requests in flight"
    mustered = all(trial.facts.get("mustered", True) for trial in evidence.trials(case))
    return Mark(
        "concurrency-not-reached",
        "invalid" if mustered else "warning",
        case.workload,
        told,
        "size pools, connectors and executors to ctx.concurrency"
        if mustered
        else "give the fixture a muster to know: a pool may be smaller than ctx.concurrency, or the server answers "
        "before all have asked",
        (case.key,),
        1 - in_flight / case.workers,
    )


def _why_idle(case: CaseSummary, evidence: Evidence) -> str:
    turns = [turn for trial in evidence.trials(case) for turn in trial.turns]
    late = sum(turn.late_workers > 0 for turn in turns)
    if late:
        return (
            f"in {late} of {len(turns)} turns a worker's first op outlasted the window: ops differ in length more than "
            "the pilot saw; make them alike, or split the long ones off into a workload of their own"
        )
    if starved_workers.is_starved(case, evidence):
        return "see starved-workers: some of them hardly ran"
    return "time passes between the ops of a worker that is in none of them; report it, unless the runner is your own"
