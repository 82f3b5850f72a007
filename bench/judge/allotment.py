"""Who gets further blocks: contests whose question is open, those first that time settles soonest (pure).

A contest is settled when it has a decision and its fastest has a verdict against everybody.

A run looks twice at a contest: after the blocks that everyone gets, and after its further ones. `bench.judge.stats`
says what that costs. With a wanted precision it looks as often as `stats.LOOKS` allows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import scipy

from bench.judge import outlook, pairs, stats
from bench.judge.analysis import summarise
from bench.judge.outlook import Doubt
from bench.model import Contest, Stage, StoredRun, Summary

Key = tuple[str, int]

LAUNCH_S = 0.5
"""What a block of one workload costs beside its contests."""
LEAST_BLOCKS = 2
"""Fewer further blocks tell nothing new."""
SPARE = 1.3
"""So many times the blocks that an open pair is expected to need: half of them need more than expected."""
OVER = Stage({}, 0.0)


@dataclass(frozen=True, slots=True)
class Need:
    """What would settle a contest. block_s: what a block of it takes. urgent: it has no decision yet."""

    key: Key
    blocks: int
    block_s: float
    urgent: bool

    @property
    def seconds(self) -> float:
        return self.blocks * self.block_s


def after(run: StoredRun, blocks: int, left_s: float) -> Stage:
    """Who goes on when so many blocks are done and so many seconds are left; nobody when the run is over."""
    settings = run.plan.settings
    if blocks >= settings.most_blocks:
        return OVER
    if settings.precision is not None:
        return _imprecise(run, blocks, left_s)
    if blocks > settings.blocks:
        return OVER
    return _dealt(needs(run), settings.further_blocks, left_s)


def needs(run: StoredRun) -> list[Need]:
    """The contests that are open after the blocks that everyone gets: those without a decision first, then those whose
    fastest has no verdict against somebody; of either the quickest to settle first.
    """
    run = replace(run, trials=tuple(trial for trial in run.trials if trial.block < run.plan.settings.blocks))
    summary = summarise(run)
    found = [need for contest in run.plan.contests if (need := _need(summary, run, contest)) is not None]
    return sorted(found, key=lambda need: (not need.urgent, need.seconds))


def _need(summary: Summary, run: StoredRun, contest: Contest) -> Need | None:
    if run.plan.workload(contest.workload).is_floor:
        return None
    first = run.plan.settings.blocks
    margin = run.plan.settings.margin
    urgent = outlook.in_the_way(summary, contest, margin)
    doubts = urgent or outlook.undecided(summary, contest, margin)
    if not doubts:
        return None
    block_s = outlook.measured_s(run, contest) / first + LAUNCH_S
    blocks = max(further(first, doubt) for doubt in doubts)
    return Need(contest.key, math.ceil(SPARE * blocks), block_s, urgent=bool(urgent))


def further(blocks: int, doubt: Doubt) -> int:
    """How many blocks after the first so many are expected to settle it."""
    total = blocks + 1
    while total < 100 * blocks and doubt.reach * _narrowing(blocks, total) > doubt.wanted:
        total += max(1, total // 10)
    return total - blocks


def _narrowing(blocks: int, total: int) -> float:
    """How much narrower an interval over ``total`` blocks is than one over ``blocks``."""
    t_now, t_then = (float(scipy.special.stdtrit(n - 1, 0.975)) for n in (blocks, total))
    return t_then / t_now * math.sqrt(blocks / total)


def _dealt(wanted: Sequence[Need], most: int, left_s: float) -> Stage:
    """Blocks for those that can be settled here, in their order, as far as the time goes.

    One that needs more than the time that is left gets what is over at the end; one that would need more than an hour
    gets nothing.
    """
    blocks: dict[Key, int] = {}
    over_s = left_s
    for need in (one for one in wanted if one.seconds <= outlook.LONGEST_S):
        given = min(need.blocks, most, int(over_s / need.block_s))
        if given >= LEAST_BLOCKS:
            blocks[need.key] = given
            over_s -= given * need.block_s
    return Stage(blocks, left_s if blocks else 0.0)


def _imprecise(run: StoredRun, blocks: int, left_s: float) -> Stage:
    """The contests whose intervals against the baseline are still too wide, until the next look."""
    settings = run.plan.settings
    wide = _wide(run, blocks)
    ahead = min(look for look in (*stats.LOOKS, settings.most_blocks) if look > blocks) - blocks
    return Stage(dict.fromkeys(wide, ahead), left_s * ahead / (settings.most_blocks - blocks)) if wide else OVER


def _wide(run: StoredRun, blocks: int) -> list[Key]:
    """The contests that have so many blocks and are not as precise as wanted."""
    settings = run.plan.settings
    assert settings.precision is not None
    return [
        key for key, ratios in pairs.log_ratios(run, settings.baseline).items()
        if max(map(len, ratios)) == blocks and not stats.precise_enough(ratios, blocks, settings.precision)
    ]  # fmt: skip


def ending(run: StoredRun) -> str:
    """Why a completed run stopped where it did, in words; empty where all had been said beforehand."""
    settings = run.plan.settings
    if settings.precision is not None:
        return _ending_of_precision(run)
    if not settings.further_blocks:
        return ""
    open_before = {need.key: need for need in needs(run)}
    if not open_before:
        return f"after {settings.blocks} blocks no contest was left that further ones would settle"
    summary, held = summarise(run), _blocks(run)
    fates: dict[str, list[str]] = {}
    for key, need in open_before.items():
        more = held[key] - settings.blocks
        if more > 0:
            fate = "did not settle" if _is_open(summary, run, key) else "settled"
            fates.setdefault(f"further blocks {fate}", []).append(f"{_named(key)} (+{more})")
        else:
            why = "an hour would not settle" if need.seconds > outlook.LONGEST_S else "no time was left for"
            fates.setdefault(why, []).append(_named(key))
    contests = len(run.plan.contests)
    parts = [f"{contests - len(open_before)} of {contests} contests were settled after {settings.blocks} blocks"]
    return "; ".join([*parts, *(f"{fate} {', '.join(who)}" for fate, who in fates.items())])


def _ending_of_precision(run: StoredRun) -> str:
    settings = run.plan.settings
    assert settings.precision is not None
    done = max(_blocks(run).values(), default=0)
    wanted = f"±{settings.precision:.1%}"
    if not _wide(run, done):
        return f"precision {wanted} was reached after {done} blocks"
    return f"the budget ended after {done} blocks, before every interval was within {wanted}"


def _is_open(summary: Summary, run: StoredRun, key: Key) -> bool:
    contest, margin = run.plan.contest(key), run.plan.settings.margin
    return bool(outlook.in_the_way(summary, contest, margin) or outlook.undecided(summary, contest, margin))


def _blocks(run: StoredRun) -> dict[Key, int]:
    """How many blocks each contest has."""
    held: dict[Key, set[int]] = {contest.key: set() for contest in run.plan.contests}
    for trial in run.trials:
        held[trial.workload, trial.concurrency].add(trial.block)
    return {key: len(blocks) for key, blocks in held.items()}


def _named(key: Key) -> str:
    return f"{key[0]} at C = {key[1]}"
