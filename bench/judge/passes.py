"""What one block of one case gave: its rates pass by pass, and their centre (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from bench.judge import stats
from bench.model import TrialResult, TurnResult

Pass = tuple[int, int]
"""(round, pass)."""


def turns(trial: TrialResult) -> dict[Pass, TurnResult]:
    """The turn of each pass; a round passes through its contestants twice: in shuffled order, and back.

    Pairs are formed within a pass, where two turns are neighbours in time. What drifts from one to the other
    in the first pass drifts the other way in the second, and leaves their mean.
    """
    taken: dict[int, int] = defaultdict(int)
    found = {}
    for turn in sorted(trial.turns, key=lambda turn: (turn.round, turn.position)):
        found[turn.round, taken[turn.round]] = turn
        taken[turn.round] += 1
    return found


def rates(trial: TrialResult) -> dict[Pass, float]:
    """The rate of each pass."""
    return {name: turn.ops / turn.window_s for name, turn in turns(trial).items()}


def typical_rate(trial: TrialResult) -> float | None:
    """Ops per second in a typical pass; None when nothing succeeded."""
    return stats.typical_rate(rates(trial))


def mean_rate(trial: TrialResult) -> float | None:
    """Total ops over total window time."""
    return quotient(trial, lambda turn: turn.ops, lambda turn: turn.window_s)


def quotient(
    trial: TrialResult, over: Callable[[TurnResult], float], under: Callable[[TurnResult], float]
) -> float | None:
    """A sum over the turns by another; None when there is nothing to divide by."""
    total = sum(under(turn) for turn in trial.turns)
    return sum(over(turn) for turn in trial.turns) / total if total else None
