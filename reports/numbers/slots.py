"""Which of the looks each runner has: a number that stays with the runner, never with its rank."""

from __future__ import annotations

from collections.abc import Sequence

SLOTS = 8
"""As many looks as there are; more runners than that share them."""

_KNOWN = {"sync": 0, "threads": 1, "processes": 2, "asyncio": 3, "uvloop": 4}


def of(runners: Sequence[str]) -> dict[str, int]:
    """Runner -> slot. Known runners have their own; others take the free ones in the order of the run."""
    free = iter(slot for slot in range(SLOTS) if slot not in _KNOWN.values())
    taken: dict[str, int] = {}
    for runner in runners:
        taken[runner] = _KNOWN[runner] if runner in _KNOWN else next(free, len(taken) % SLOTS)
    return taken
