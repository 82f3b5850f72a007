"""Share a time budget over the contests of a run, as it goes (the clock is a parameter)."""

from __future__ import annotations

from collections.abc import Callable


class Budget:
    """Gives each contest its share of what is left, after what launching is expected to take.

    Shares are equal but for their weights: rounds are spent where the noise is.
    """

    def __init__(self, total_s: float, contests: float, launches: int, now: Callable[[], float]) -> None:
        """Args: contests, launches: how many of each lie ahead (over all blocks)."""
        self._now = now
        self._deadline_s = now() + total_s
        self._contests = contests
        self._launches = launches
        self._launch_s = 1.0  # a guess until the first launch is seen
        self._seen = 0

    def launched(self, took_s: float) -> None:
        """A workload's fixture and contestants have been started, which took this long."""
        self._launches -= 1
        self._seen += 1
        self._launch_s += (took_s - self._launch_s) / self._seen

    def reweigh(self, by: float) -> None:
        """The weights of the contests that lie ahead add up to so much more (or less) than was thought."""
        self._contests += by

    def contest_ends_s(self, weight: float = 1.0) -> float:
        """When the contest that begins now should end, on the budget's clock."""
        left_s = self._deadline_s - self._now() - self._launches * self._launch_s
        share_s = left_s * weight / max(self._contests, weight)
        self._contests -= weight
        return self._now() + max(share_s, 0.0)

    def left_s(self) -> float:
        """Seconds until the budget is used up; negative when it is overdrawn."""
        return self._deadline_s - self._now()
