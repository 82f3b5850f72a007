"""The cells of a contest: each case over its blocks, the absent ones with their reason (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bench.judge import metrics
from bench.model import CaseSummary, Contest, Contestant, StoredRun, TrialResult

Trials = dict[tuple[str, int], list[TrialResult]]
"""(runner, copy) -> its trials in one contest, one per block."""

MOST_MESSAGES = 20


def by_contest(run: StoredRun) -> dict[tuple[str, int], Trials]:
    """(workload label, concurrency) -> its trials by contestant."""
    grouped: dict[tuple[str, int], Trials] = defaultdict(lambda: defaultdict(list))
    for trial in run.trials:
        grouped[trial.workload, trial.concurrency][trial.runner, trial.copy].append(trial)
    return grouped


def of_contest(run: StoredRun, contest: Contest, trials: Trials) -> list[CaseSummary]:
    """The cells of one contest in the order in which runners were asked for, A/A twins after their original."""
    cells = []
    for runner in run.plan.settings.runners:
        if runner in contest.absent:
            absence = contest.absent[runner]
            cells.append(
                replace(_blank(run, contest, Contestant(runner)), status=absence.status, reason=absence.reason)
            )
        for contestant in contest.contestants:
            if contestant.runner == runner:
                cells.append(_of_trials(_blank(run, contest, contestant), trials[contestant.runner, contestant.copy]))
    return cells


def _blank(run: StoredRun, contest: Contest, contestant: Contestant) -> CaseSummary:
    """A cell before anything is known of it."""
    spec = run.plan.workload(contest.workload)
    return CaseSummary(
        workload=contest.workload,
        name=spec.name,
        parameters=spec.parameters,
        concurrency=contest.concurrency,
        runner=contestant.runner,
        copy=contestant.copy,
        workers=contest.concurrency,
        status="failed",
        reason=f"the run ended before it was measured ({run.stopped})",
        load=contest.load,
    )


def _of_trials(blank: CaseSummary, trials: Sequence[TrialResult]) -> CaseSummary:
    if not trials:
        return blank
    measured = [trial for trial in trials if trial.status == "measured" and trial.turns]
    turns = [turn for trial in measured for turn in trial.turns]
    errors = sum(turn.errors for trial in trials for turn in trial.turns)
    return replace(
        blank,
        workers=trials[0].workers,
        status="measured" if measured else "failed",
        reason=next((trial.reason for trial in trials if trial.status == "failed"), ""),
        blocks=len(measured),
        ops=sum(turn.completed - turn.errors for turn in turns),
        errors=errors,
        turns=len(turns),
        window_s=sum(turn.window_s for turn in turns),
        messages=_merged_messages(trials),
        metrics=metrics.of_case(measured),
    )


def _merged_messages(trials: Iterable[TrialResult]) -> dict[str, int]:
    merged: dict[str, int] = defaultdict(int)
    for trial in trials:
        for text, count in trial.messages.items():
            merged[text] += count
    return dict(sorted(merged.items(), key=lambda item: (-item[1], item[0]))[:MOST_MESSAGES])
