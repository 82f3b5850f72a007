"""Settings and workloads -> plan: the matrix, its order and its expected length (pure)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.errors import UsageError
from bench.judge.stats import LOOKS, MIN_BLOCKS
from bench.model import Absence, Contest, Contestant, Plan, Settings, Stage, WorkloadSpec
from bench.trial.runners import RunnerInfo


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of defaults."""

    summary: str
    concurrency: tuple[int, ...]
    blocks: int
    budget_s: float
    twins: bool = True
    further_blocks: int = 0


BLOCKS = 7
"""Processes differ for life, by 1 to 12 %, and only more blocks can tell. An error over seven reaches 1.63 times as
far at 99.5 %, over six 1.95 times; more do not fit. Of default runs by turns, three with seven had half-widths of 1.5,
2.0 and 1.5 % in the median and 4.1 % each at the 90th percentile, three with six of 1.9, 1.5 and 1.8 % and of 6.0, 4.2
and 6.3 %."""

PROFILES = {
    "quick": Profile("about a minute: one concurrency, no A/A twins, wide intervals", (8,), 6, 45.0, twins=False),
    "default": Profile("about three minutes", (1, 8, 64), BLOCKS, 150.0, further_blocks=18),
    "full": Profile(
        "about twenty minutes: more concurrencies and blocks",
        (1, 2, 4, 8, 16, 32, 64, 128),
        12,
        1200.0,
        further_blocks=36,
    ),
}


def make(
    settings: Settings,
    workloads: Sequence[WorkloadSpec],
    runners: Mapping[str, RunnerInfo],
    unavailable: Mapping[str, str],
    concurrency: Sequence[int] | None,
    cpus: int,
) -> Plan:
    """Lay out every contest.

    Args:
        runners: all known runners by name.
        unavailable: runner name -> why it cannot run here.
        concurrency: what the user asked for; None takes the workload's or the profile's.
        cpus: CPUs this machine has for us.

    Raises:
        UsageError: nothing is left to run.
    """
    contests: list[Contest] = []
    for spec in workloads:
        levels = concurrency or _levels(spec, settings.profile)
        own = contests_of(settings, spec, levels, runners, unavailable, cpus)
        contests += _twinned(own, runners) if settings.twins else own
    if not any(contest.contestants for contest in contests):
        raise UsageError("nothing to run: " + "; ".join(sorted(_reasons(contests))))
    return Plan(settings, tuple(workloads), tuple(contests))


def contests_of(
    settings: Settings,
    spec: WorkloadSpec,
    levels: Iterable[int],
    runners: Mapping[str, RunnerInfo],
    unavailable: Mapping[str, str],
    cpus: int,
) -> list[Contest]:
    """The contests of one workload, in ascending concurrency; see `make`."""
    return [_contest(settings, spec, level, runners, unavailable, cpus) for level in sorted(set(levels))]


def _levels(spec: WorkloadSpec, profile: str) -> tuple[int, ...]:
    """The concurrencies of a workload where the user names none: those that tell most for their time.

    In the default profile they are a workload's own: ``cpu`` at 1, at as many workers as CPUs and at four times that
    (beyond it nothing changes but the wait for a CPU); ``sleep`` at 1 and 64 (1,000 take longer to start and to
    park than to measure; `make claims` has them); ``file_io`` at 1 and 8, which keep its disk busy; ``http`` at the
    profile's 1, 8 and 64. A workload with a single level has just that in every profile.
    """
    own = spec.default_concurrency
    return own if own and (profile == "default" or len(own) == 1) else PROFILES[profile].concurrency


def _reasons(contests: Sequence[Contest]) -> set[str]:
    return {f"{runner}: {absence.reason}" for contest in contests for runner, absence in contest.absent.items()}


def _contest(
    settings: Settings,
    spec: WorkloadSpec,
    level: int,
    runners: Mapping[str, RunnerInfo],
    unavailable: Mapping[str, str],
    cpus: int,
) -> Contest:
    contestants: list[Contestant] = []
    absent: dict[str, Absence] = {}
    for name in settings.runners:
        info = runners[name]
        most = info.most_per_cpu * cpus if info.most_per_cpu is not None else None
        if name in unavailable:
            absent[name] = Absence("unavailable", unavailable[name])
        elif info.form not in spec.forms:
            absent[name] = Absence("not provided", f"{spec.label} has no {info.form} form")
        elif info.form in spec.missing:
            absent[name] = Absence("unavailable", spec.missing[info.form])
        elif most is not None and level > most:
            absent[name] = Absence(
                "over limit", f"{level} {name} on {cpus} CPUs: at most {info.most_per_cpu} per CPU ({most}) are run"
            )
        else:
            contestants.append(Contestant(name))
    return Contest(spec.label, level, tuple(contestants), absent, settings.load)


def _twinned(contests: list[Contest], runners: Mapping[str, RunnerInfo]) -> list[Contest]:
    """A workload's contests with an A/A twin in the middle one: the same runner once more.

    A concurrent runner is taken where there is one: it is not confined to a CPU, so its noise is the larger.
    """
    middle = len(contests) // 2
    names = sorted((c.runner for c in contests[middle].contestants), key=lambda name: runners[name].serial)
    if not names:
        return contests
    twinned = replace(contests[middle], contestants=(*contests[middle].contestants, Contestant(names[0], copy=2)))
    return [*contests[:middle], twinned, *contests[middle + 1 :]]


def workload_order(plan: Plan, block: int) -> list[WorkloadSpec]:
    """The workloads of one block in the order in which they run."""
    order = list(plan.workloads)
    random.Random(f"{plan.settings.seed}/{block}").shuffle(order)
    return order


def round_order(plan: Plan, contest: Contest, block: int, number: int) -> list[Contestant]:
    """The turns of one round: a shuffled order followed by its mirror, so that a drift falls on all alike."""
    order = list(contest.contestants)
    seed = f"{plan.settings.seed}/{block}/{contest.workload}/{contest.concurrency}/{number}"
    random.Random(seed).shuffle(order)
    return order + order[::-1]


def concurrency_of(contest: Contest, info: RunnerInfo) -> int:
    """Workers a runner has in a contest: one for the serial reference, else the contest's concurrency."""
    return 1 if info.serial else contest.concurrency


_LAUNCH_S = 0.9
_CASE_S = 0.2


def least_s(plan: Plan) -> float:
    """About how long the plan takes with one round per contest, in seconds, for ops of a few milliseconds."""
    cases = sum(len(contest.contestants) for contest in plan.contests)
    return plan.settings.blocks * (_LAUNCH_S * len(plan.workloads) + _CASE_S * cases)


def expected_s(plan: Plan) -> float:
    """About how long the plan takes, in seconds: its budget, or one round each where that is longer."""
    return max(plan.settings.budget_s, least_s(plan))


FIRST_SHARE = 0.65
"""Of the budget: what the blocks that everyone gets may take where further ones may follow. What differs from block to
block (processes, the layout they draw, the CPUs that a host gives) only more blocks can tell, and they are wanted where
that is much. Of default runs on one day, two with 0.85 had half-widths of 1.9 and 1.9 % in the median and 9.3 and 7.3 %
at the 90th percentile, two with 0.65 of 2.1 and 1.7 % and of 5.5 and 5.3 %."""


def first_stage(plan: Plan) -> Stage:
    """The blocks that every contest gets in which somebody can take part."""
    settings = plan.settings
    share = 1.0
    if settings.precision is not None:
        share = settings.blocks / settings.most_blocks
    elif settings.further_blocks:
        share = FIRST_SHARE
    held = {contest.key: settings.blocks for contest in plan.contests if contest.contestants}
    return Stage(held, settings.budget_s * share)


def with_looks(plan: Plan, blocks: int | None) -> Plan:
    """The plan of a run that stops when it is precise enough: as many blocks as the budget has time for, and a look.

    A block takes what it takes in the profile, so that more blocks mean more data and not shorter ones.

    Args:
        blocks: no more than these; None for as many as fit.
    """
    if blocks is not None:
        first = min(blocks, MIN_BLOCKS)
        return replace(plan, settings=replace(plan.settings, blocks=first, further_blocks=blocks - first))
    profile = PROFILES[plan.settings.profile]
    block_s = max(
        min(profile.budget_s / profile.blocks, plan.settings.budget_s / MIN_BLOCKS),
        least_s(plan) / plan.settings.blocks,
    )
    most = max((look for look in LOOKS if look * block_s <= plan.settings.budget_s), default=MIN_BLOCKS)
    settings = replace(plan.settings, blocks=MIN_BLOCKS, further_blocks=most - MIN_BLOCKS, budget_s=most * block_s)
    return replace(plan, settings=settings)


def fitted(plan: Plan) -> Plan:
    """The plan with as many blocks, 6 or more, as its budget has time for; unchanged when it fits."""
    blocks = plan.settings.blocks
    affordable = int(blocks * plan.settings.budget_s / least_s(plan))
    return replace(plan, settings=replace(plan.settings, blocks=max(min(blocks, MIN_BLOCKS), min(blocks, affordable))))
