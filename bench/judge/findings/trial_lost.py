"""A contestant was lost in some blocks; its figures are those of the others."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on

HUNG = "no answer within"


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        trials = evidence.all_trials(case)
        if case.reason:
            lost = sum(trial.status == "failed" for trial in trials)
            yield Mark(
                "trial-lost",
                "warning",
                case.workload,
                f"{on(case)}: lost in {lost} of {len(trials)} blocks: {case.reason}",
                "a runner that is lost now and then is not comparable: "
                + ("mend what hangs, or raise --timeout if it is slow" if HUNG in case.reason else "mend the op"),
                (case.key,),
            )
