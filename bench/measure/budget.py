"""Share a time budget over the contests of a run, as it goes (the clock is a parameter).

What launching, opening and one round of each contest take is set aside, as far as it has been seen; what is left is for
further rounds, and goes to the contests in proportion to how much each needs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.measure.pace import Need

_LAUNCH_S = 1.0
_FIXED_S = 0.4
"""Guesses until the first is seen."""
_WEIGHT = 1.0
"""Of a contest of which nothing is known while nothing is known of any."""


_FLOOR = 0.3
_MOST_FLOOR_S = 0.6
"""What a contest gets in a block although others have overdrawn the budget: at most this part of an equal share."""


def _floor_s(total_s: float, contests: Mapping[Any, int]) -> float:
    return min(_FLOOR * total_s / max(sum(contests.values()), 1), _MOST_FLOOR_S)


@dataclass(slots=True)
class _Share:
    """One contest.

    ahead: times it is still to be held. whole_s: how long it took the last time. fixed_s: what of it was not rounds.
    need: what it is worth.
    """

    ahead: int
    whole_s: float | None = None
    fixed_s: float | None = None
    need: Need | None = None

    @property
    def round_s(self) -> float:
        """What one round takes, as far as is known: nobody gets less."""
        return self.need.round_s if self.need else 0.0

    def weight(self, usual: float) -> float:
        """Its part of the time; the usual one while nothing is known of it."""
        return usual if self.need is None else self.need.weight


class Budget:
    """Deals out the time of a run."""

    def __init__(
        self,
        total_s: float,
        contests: Mapping[Any, int],
        launches: int,
        now: Callable[[], float],
    ) -> None:
        """Args: contests: how often each is to be held. launches: how many lie ahead."""
        self._now = now
        self.total_s = total_s
        self._deadline_s = now() + total_s
        self._shares: dict[Hashable, _Share] = {contest: _Share(ahead) for contest, ahead in contests.items()}
        self._floor_s = _floor_s(total_s, contests)
        self._launches = launches
        self._launch_s = _LAUNCH_S
        self._seen = 0

    def go_on(self, total_s: float, contests: Mapping[Any, int], launches: int) -> None:
        """Deal out so many seconds from now on, to these contests; what is known of them stays known."""
        self.total_s = total_s
        self._deadline_s = self._now() + total_s
        self._floor_s = _floor_s(total_s, contests)
        self._launches = launches
        for share in self._shares.values():
            share.ahead = 0
        for contest, ahead in contests.items():
            self._shares.setdefault(contest, _Share(ahead)).ahead = ahead

    def launched(self, took_s: float) -> None:
        """A workload's fixture and contestants have been started, which took this long."""
        self._launches -= 1
        self._seen += 1
        self._launch_s += (took_s - self._launch_s) / self._seen

    def rounds_s(self, contest: Hashable, need: Need | None = None, spent_s: float = 0.0) -> float:
        """Seconds of rounds for the contest that is open now.

        Args:
            need: what it is worth, if more is known of that than when it was held last.
            spent_s: what these rounds took; they are part of what is returned.
        """
        share = self._shares.setdefault(contest, _Share(1))
        share.ahead = max(share.ahead, 1)
        share.need = need or share.need
        known = [one.need.weight for one in self._shares.values() if one.need is not None]
        usual = sum(known) / len(known) if known else _WEIGHT
        weights = sum(one.ahead * one.weight(usual) for one in self._shares.values())
        set_aside_s = self._launches * self._launch_s + sum(
            (one.ahead - (one is share)) * (_FIXED_S if one.fixed_s is None else one.fixed_s) + one.ahead * one.round_s
            for one in self._shares.values()
        )
        left_s = self.left_s() + spent_s
        dealt_s = max(left_s - set_aside_s, 0.0) * share.weight(usual) / weights
        enough_s = self._floor_s if share.need is None else min(share.need.enough_s, self._floor_s)
        return max(share.round_s + dealt_s, enough_s) if left_s > 0 else 0.0

    def held(self, contest: Hashable, fixed_s: float, need: Need | None, rounds_s: float = 0.0) -> None:
        """A contest has been held: what it took beside its rounds and will take again, and what it is worth then."""
        share = self._shares.setdefault(contest, _Share(1))
        share.ahead = max(share.ahead - 1, 0)
        share.whole_s = fixed_s + rounds_s
        share.fixed_s = fixed_s if share.fixed_s is None else (share.fixed_s + fixed_s) / 2
        share.need = need or share.need

    def skipped(self, contest: Hashable) -> None:
        """A contest is not held although it was to be."""
        share = self._shares.setdefault(contest, _Share(1))
        share.ahead = max(share.ahead - 1, 0)

    def expected_s(self) -> float:
        """Seconds the whole will take if what lies ahead takes as long as what was seen; the budget until then."""
        seen = [share.whole_s for share in self._shares.values() if share.whole_s is not None]
        if not seen:
            return self.total_s
        usual_s = sum(seen) / len(seen)
        ahead_s = sum(share.ahead * (share.whole_s or usual_s) for share in self._shares.values())
        return self.total_s - self.left_s() + ahead_s + self._launches * self._launch_s

    def left_s(self) -> float:
        """Seconds until the budget is used up; negative when it is overdrawn."""
        return self._deadline_s - self._now()
