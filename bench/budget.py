"""Share a time budget over the contests of a run, as it goes (the clock is a parameter)."""

from __future__ import annotations

from collections.abc import Callable


class Budget:
    """Gives each contest an equal share of what is left, after what launching is expected to take."""

    def __init__(self, total_s: float, contests: int, launches: int, now: Callable[[], float]) -> None:
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

    def skip(self, contests: int) -> None:
        """These contests will not be held: their fixture failed."""
        self._contests -= contests

    def contest_ends_s(self) -> float:
        """When the contest that begins now should end, on the budget's clock."""
        left_s = self._deadline_s - self._now() - self._launches * self._launch_s
        share_s = left_s / max(self._contests, 1)
        self._contests -= 1
        return self._now() + max(share_s, 0.0)

    def left_s(self) -> float:
        """Seconds until the budget is used up; negative when it is overdrawn."""
        return self._deadline_s - self._now()
