"""Who gets further blocks: contests with an open pair, those first whose answer hangs on it (pure).

A contest is settled when it has a decision and its fastest has a verdict against everybody; its other pairs may be open
even then.

A run looks twice at a contest: after the blocks that everyone gets, and after its further ones. `bench.judge.stats`
says what that costs. With a wanted precision it looks as often as `stats.LOOKS` allows.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import scipy

from bench.judge import outlook, pairs, stats
from bench.judge.analysis import summarise
from bench.judge.outlook import Doubt
from bench.model import Contest, Stage, StoredRun, Summary

Key = tuple[str, int]

LEAST_BLOCKS = 2
"""Fewer further blocks tell nothing new."""
SPARE = 1.3
"""So many times the blocks that an open pair is expected to need: half of them need more than expected."""
OVER = Stage({}, 0.0)


class Question(IntEnum):
    """What is open in a contest; the first is answered first."""

    WHOM_TO_USE = 0
    WHO_LEADS = 1
    OTHER_PAIRS = 2


@dataclass(frozen=True, slots=True)
class Need:
    """What would answer the first question of a contest. block_s: what a block of it takes."""

    key: Key
    question: Question
    blocks: int
    block_s: float

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
    """The contests in which something is open after the blocks that everyone gets, by what that is; of those with the
    same question the quickest to answer first.
    """
    run = replace(run, trials=tuple(trial for trial in run.trials if trial.block < run.plan.settings.blocks))
    summary = summarise(run)
    found = [need for contest in run.plan.contests if (need := _need(summary, run, contest)) is not None]
    return sorted(found, key=lambda need: (need.question, need.seconds))


def _need(summary: Summary, run: StoredRun, contest: Contest) -> Need | None:
    if run.plan.workload(contest.workload).is_floor:
        return None
    first, margin = run.plan.settings.blocks, run.plan.settings.margin
    block_s = outlook.block_s(run, contest) + outlook.LAUNCH_S
    # an answer takes all its doubts to be settled; of the pairs beside it every one is worth having, so half of them
    asked = (
        (Question.WHOM_TO_USE, outlook.in_the_way, max),
        (Question.WHO_LEADS, outlook.undecided, max),
        (Question.OTHER_PAIRS, outlook.open_pairs, statistics.median_low),
    )
    hopeless = None
    for question, doubts_of, of in asked:
        if doubts := doubts_of(summary, contest, margin):
            blocks = of([further(first, doubt) for doubt in doubts])
            need = Need(contest.key, question, math.ceil(SPARE * blocks), block_s)
            if need.seconds <= outlook.LONGEST_S:
                return need
            hopeless = hopeless or need
    return hopeless


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
    gets nothing. When everybody has what it is expected to need and time is left, all get more: expectations are of
    noise that the first blocks told, and further blocks say more than longer ones.
    """
    blocks: dict[Key, int] = {}
    over_s = left_s
    able = [one for one in wanted if one.seconds <= outlook.LONGEST_S]
    for need in able:
        given = min(need.blocks, most, int(over_s / need.block_s))
        if given >= LEAST_BLOCKS:
            blocks[need.key] = given
            over_s -= given * need.block_s
    growing = deque(need for need in able if need.key in blocks)
    while growing:
        need = growing.popleft()
        if blocks[need.key] < most and need.block_s <= over_s:
            blocks[need.key] += 1
            over_s -= need.block_s
            growing.append(need)
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
        if need.question is Question.OTHER_PAIRS:
            if more > 0:
                fates.setdefault("further blocks narrowed", []).append(f"{_named(key)} (+{more})")
        elif more > 0:
            fate = "did not settle" if _is_open(summary, run, key) else "settled"
            fates.setdefault(f"further blocks {fate}", []).append(f"{_named(key)} (+{more})")
        else:
            why = "an hour would not settle" if need.seconds > outlook.LONGEST_S else "no time was left for"
            fates.setdefault(why, []).append(_named(key))
    contests = len(run.plan.contests)
    unsettled = sum(need.question is not Question.OTHER_PAIRS for need in open_before.values())
    parts = [f"{contests - unsettled} of {contests} contests were settled after {settings.blocks} blocks"]
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
