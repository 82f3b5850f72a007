"""What no type can say of a stored run: that its plan is one plan, and that every trial belongs to it (pure).

The judge divides, takes logarithms and shifts by what is stored; what it takes for granted is asked for here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Set
from dataclasses import fields
from datetime import datetime

from bench.histogram import Histogram
from bench.model import Memory, Plan, Settings, StoredRun, Trace, TrialResult, TurnResult
from bench.plan import limits
from bench.results.form import MEMORIES, Fault

MOST = 1e15
"""No time in seconds, no count and no number of bytes of a run is beyond it."""
MOST_TOLD = 2.0**64
"""What a kernel says when it means that there is no limit."""
LAST_BUCKET = 8191
"""Of a histogram: three centuries."""

_STOPPED = ("running", "completed", "interrupted", "failed")
_SIGNED = {"cpu_s", "server_cpu_s"}
"""A difference of two sums over processes, of which one may have ended in between."""
_NOISE = ("steal_s", "busy_s", "wall_s", "ours_s")

Case = tuple[str, int, str, int]
"""(workload label, concurrency, runner, copy)."""


def check_run(run: StoredRun) -> None:
    """Raise `Fault` when the description contradicts itself."""
    if run.run_id in {"", ".", ".."} or set(run.run_id) & set("/\\\0"):
        raise Fault(f"run_id {run.run_id!r} is no name of a directory")
    if run.stopped.partition(":")[0] not in _STOPPED:
        raise Fault(f"stopped is {run.stopped!r}, which is none of {', '.join(_STOPPED)}")
    try:
        datetime.fromisoformat(run.started)
    except ValueError:
        raise Fault(f"started is {run.started!r}, which is no time") from None
    _number("elapsed_s", run.elapsed_s)
    for name in ("cpus", "memory_bytes", "memory_limit_bytes"):
        _number(f"environment.{name}", run.environment.get(name), most=MOST_TOLD)
    _check_settings(run.plan.settings)
    _check_plan(run.plan)


def _check_settings(settings: Settings) -> None:
    _unique("settings.runners", settings.runners)
    if settings.baseline not in settings.runners:
        raise Fault(f"the baseline {settings.baseline!r} is none of the runners {', '.join(settings.runners)}")
    if not 1 <= settings.blocks <= limits.MOST_BLOCKS:
        raise Fault(f"settings.blocks is {settings.blocks}, not 1 to {limits.MOST_BLOCKS}")
    if not 0 <= settings.further_blocks <= limits.MOST_BLOCKS:
        raise Fault(f"settings.further_blocks is {settings.further_blocks}, not 0 to {limits.MOST_BLOCKS}")
    if not 0 <= settings.batch_ops <= limits.MOST_OPS:
        raise Fault(f"settings.batch_ops is {settings.batch_ops}, not 0 to {limits.MOST_OPS}")
    if not 0 < settings.margin < 1:
        raise Fault(f"settings.margin is {settings.margin}, not between 0 and 1")
    if settings.precision is not None and not 0 < settings.precision < 1:
        raise Fault(f"settings.precision is {settings.precision}, not between 0 and 1")
    for name, value in (("budget_s", settings.budget_s), ("timeout_s", settings.timeout_s)):
        if not 0 < value <= MOST:
            raise Fault(f"settings.{name} is {value}, which is no length of time")


def _check_plan(plan: Plan) -> None:
    _unique("labels of workloads", [spec.label for spec in plan.workloads])
    _unique("contests", [(contest.workload, contest.concurrency) for contest in plan.contests])
    labels = {spec.label for spec in plan.workloads}
    for contest in plan.contests:
        where = f"the contest of {contest.workload} at C = {contest.concurrency}"
        if contest.workload not in labels:
            raise Fault(f"{where} is of a workload that the plan does not have")
        if not 1 <= contest.concurrency <= limits.MOST_WORKERS:
            raise Fault(f"{where}: not 1 to {limits.MOST_WORKERS} workers")
        if contest.contestants:
            _unique(f"contestants of {where}", [(one.runner, one.copy) for one in contest.contestants])
        present = {one.runner for one in contest.contestants}
        for runner in present | contest.absent.keys():
            if runner not in plan.settings.runners:
                raise Fault(f"{where} has {runner!r}, which is none of the runners")
        for runner in present & contest.absent.keys():
            raise Fault(f"{where} has {runner!r} twice: among the contestants and among the absent")
        if any(one.copy not in {1, 2} for one in contest.contestants):
            raise Fault(f"{where} has a copy that is neither 1 nor 2")


def _unique(what: str, values: Iterable[Hashable]) -> None:
    counts = Counter(values)
    if not counts:
        raise Fault(f"the plan has no {what}")
    value, count = counts.most_common(1)[0]
    if count > 1:
        raise Fault(f"the plan has {value!r} {count} times among the {what}")


def check_trial(trial: TrialResult, known: Set[Case], blocks: int) -> None:
    """Raise `Fault` when a trial is none of the known cases, or holds a number that no measurement gives."""
    if key(trial)[1:] not in known:
        name = f"{trial.runner} (copy {trial.copy}) on {trial.workload!r} at C = {trial.concurrency}"
        raise Fault(f"a trial of {name}, which is not in the plan of run.json")
    if not 0 <= trial.block < blocks:
        raise Fault(f"block {trial.block} of a plan of {blocks} blocks, which are counted from 0")
    if trial.workers < 1:
        raise Fault(f"workers is {trial.workers}")
    _numbers("", trial)
    for turn in trial.turns:
        _check_turn(turn)
    for name in MEMORIES:
        memory: Memory | None = getattr(trial, name)
        if memory is not None:
            _numbers(f"{name}.", memory)
    for name, histogram in (("latency", trial.latency), ("lag", trial.lag)):
        _check_histogram(name, histogram)
    _check_named_numbers(trial)
    if trial.trace is not None:
        _check_trace(trial.trace)


def _check_histogram(name: str, histogram: Histogram) -> None:
    for bucket, count in histogram.items():
        if not 0 <= bucket <= LAST_BUCKET:
            raise Fault(f"{name} has a bucket {bucket}, not 0 to {LAST_BUCKET}")
        _number(f"a count of {name}", count)


def _check_named_numbers(trial: TrialResult) -> None:
    for name, value in trial.noise.items():
        _number(f"noise.{name}", value, least=-MOST)
    if trial.noise and (missing := [name for name in _NOISE if name not in trial.noise]):
        raise Fault(f"noise lacks {', '.join(missing)}")
    for name in ("launch_s", "open_s"):
        _number(f"facts.{name}", trial.facts.get(name))
    for counted, numbers in (("messages", trial.messages), ("counters", trial.counters)):
        for name, value in numbers.items():
            _number(f"{counted}.{name[:40]}", value)


def _check_trace(trace: Trace) -> None:
    _numbers("trace.", trace)
    if len(trace.failed) != len(trace.workers):
        raise Fault(f"trace tells of {len(trace.workers)} workers, and which ops of {len(trace.failed)} failed")
    for times, failed in zip(trace.workers, trace.failed, strict=True):
        for time in times:
            _number("a time of trace.workers", time)
        if failed and not 0 <= min(failed) <= max(failed) < len(times) - 1:
            raise Fault(f"trace.failed names op {max(failed)} of {len(times) - 1}")


def _check_turn(turn: TurnResult) -> None:
    _numbers("a turn's ", turn)
    for name in ("window_s", "wall_s"):
        if not getattr(turn, name) > 1e-9:
            raise Fault(f"a turn's {name} is {getattr(turn, name)}, which is no length of time")
    if turn.errors > turn.completed:
        raise Fault(f"a turn of {turn.completed} completed ops has {turn.errors} failed ones among them")
    if turn.fairness > 1 + 1e-9:
        raise Fault(f"a turn's fairness is {turn.fairness}, and 1 is fair")
    for name, value in turn.counters.items():
        _number(f"a turn's counters.{name[:40]}", value)


def _numbers(where: str, record: TrialResult | TurnResult | Memory | Trace) -> None:
    """Every field that is a number."""
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, int | float):
            _number(f"{where}{field.name}", value, least=-MOST if field.name in _SIGNED else 0)


def _number(name: str, value: float | None, least: float = 0, most: float = MOST) -> None:
    if value is not None and not least <= value <= most:
        kind = "no number" if math.isnan(value) else "out of range"
        raise Fault(f"{name} is {str(value)[:40]}, which is {kind}")


def key(trial: TrialResult) -> tuple[int, str, int, str, int]:
    """What there is one trial of."""
    return trial.block, trial.workload, trial.concurrency, trial.runner, trial.copy


def cases(plan: Plan) -> frozenset[Case]:
    """Every case that is run."""
    return frozenset(
        (contest.workload, contest.concurrency, one.runner, one.copy)
        for contest in plan.contests
        for one in contest.contestants
    )
