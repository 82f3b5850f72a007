"""The ratio of two runners changes while a block lasts, so that it depends on how long the run was.

Looked at are pairs (see `_pace`), from the first third of the turns of a block to its last, over all blocks: also where
a block has one round, which is two turns. A change counts if it is larger than the margin of equivalence and its
99.95 % interval excludes none. Fewer than 1 honest contest in 100 is named: in simulations, and on recorded runs whose
blocks are reversed at random, which leaves the machine's noise and takes every trend away.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bench.judge import stats
from bench.judge.findings import _pace
from bench.judge.findings._evidence import Evidence, Mark, on
from bench.judge.findings._pace import Pace
from bench.model import CaseSummary, Estimate, PairKey

CONFIDENCE = 0.9995
"""Of contests of five whose speed a shared machine moves, 0.3 % have a pair beyond this, by one witness alone."""
LARGE = math.log(1.2)
"""A ratio that changes by more within a block has no value that another run would find again."""
WAITS = 0.2
"""Cores below which a case mostly waits, so that what it computes explains no change of its rate."""
FARTHER = 1.5
"""A speed that changes by d from first third to last changes its mean by 1.5 d in a run that is three times as long."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What happened to a pair: the case that moved, the one that stayed, and by what factor it moved away from it."""

    moved: CaseSummary
    stayed: CaseSummary
    factor: Estimate

    @property
    def log(self) -> float:
        return math.log(self.factor.value)

    @property
    def pair(self) -> PairKey:
        return frozenset((self.moved.key, self.stayed.key))


def find(evidence: Evidence) -> Iterator[Mark]:
    margin = math.log1p(evidence.run.plan.settings.margin)
    for cases in evidence.contests():
        paces = {case.runner: _pace.of_case(case, evidence) for case in cases}
        found = [
            change
            for one, other in combinations(cases, 2)
            if (change := _of_pair(one, other, paces, margin)) is not None
        ]
        for case in cases:
            changes = [change for change in found if change.moved is case]
            if changes:
                yield _against_others(case, changes, paces, evidence)
            elif (alone := _alone(paces[case.runner])) is not None:
                yield _with_all(case, math.log(alone.value), paces)


def _of_pair(one: CaseSummary, other: CaseSummary, paces: dict[str, Pace], margin: float) -> _Change | None:
    ours, theirs = paces[one.runner], paces[other.runner]
    for witness in ("rate", "thrift"):
        mine, its = getattr(ours, witness), getattr(theirs, witness)
        factor = _beyond(_pace.changes(_pace.less(mine, its)), margin)
        if factor is not None:
            if abs(np.mean(_pace.changes(mine))) >= abs(np.mean(_pace.changes(its))):
                return _Change(one, other, factor)
            return _Change(other, one, factor.inverse())
    return None


def _beyond(changes: Sequence[float], least: float) -> Estimate | None:
    """The factor of these changes if it is surely not 1 and no smaller than that; one change per block."""
    if len(changes) < stats.MIN_BLOCKS:
        return None
    factor = stats.from_logs(changes, CONFIDENCE)
    assert factor.low is not None
    assert factor.high is not None
    return factor if abs(math.log(factor.value)) > least and not factor.low <= 1 <= factor.high else None


def _against_others(case: CaseSummary, changes: Sequence[_Change], paces: dict[str, Pace], evidence: Evidence) -> Mark:
    worst = max(changes, key=lambda change: abs(change.log))
    void = tuple(
        change.pair
        for change in changes
        if abs(change.log) > LARGE or evidence.effect(change.pair) <= FARTHER * abs(change.log)
    )
    stayed, factor = worst.stayed.runner, worst.factor
    return Mark(
        _name(worst.log),
        "invalid" if void else "warning",
        case.workload,
        f"{_told(case, paces)}, of {stayed} {paces[stayed].rate_factor():.2f}×; their ratio changed by the factor "
        f"{factor.value:.2f} [{factor.low:.2f}, {factor.high:.2f}]",
        _remedy(worst.log, paces[case.runner]),
        (case.key,),
        abs(worst.log),
        void,
    )


def _alone(pace: Pace) -> Estimate | None:
    """A large change of a case on its own, in CPU time and rate: no machine does that in every block."""
    factor = _beyond(_pace.changes(pace.thrift), LARGE)
    together = factor is not None and math.log(factor.value) * math.log(pace.rate_factor()) > LARGE**2
    return factor if together else None


def _with_all(case: CaseSummary, log: float, paces: dict[str, Pace]) -> Mark:
    others = "; the other runners' changed no less, so the ratios stand and the rates do not" if len(paces) > 1 else ""
    return Mark(
        _name(log),
        "warning",
        case.workload,
        f"{_told(case, paces)}{others}",
        _remedy(log, paces[case.runner]),
        (case.key,),
        abs(log),
    )


def _name(log: float) -> str:
    return "still-warming" if log > 0 else "drifting"


def _told(case: CaseSummary, paces: dict[str, Pace]) -> str:
    pace = paces[case.runner]
    return (
        f"{on(case)}: in the last third of a block's turns its rate is {pace.rate_factor():.2f}× that of the first, "
        f"its CPU time per op {pace.cpu_factor():.2f}×"
    )


def _remedy(log: float, pace: Pace) -> str:
    if log > 0:
        return "let it warm up: a larger --budget makes blocks longer, and the start a smaller part of them"
    if pace.computes > WAITS and math.log(pace.cpu_factor()) > -math.log(pace.rate_factor()) / 2:
        return (
            "the figure depends on how long it ran: look for what makes an op compute longer each time "
            "(a list, a cache, a log)"
        )
    return (
        "the figure depends on how long it ran, and its ops wait longer rather than compute: look for what fills up "
        "(a pool, a queue, a file, the server)"
    )
