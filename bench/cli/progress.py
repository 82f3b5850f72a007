"""Where a run is: one line that is rewritten (or, away from a terminal, one line per bout).

Only between turns: no thread, no redraw, nothing that could run inside a window.
"""

from __future__ import annotations

import time

from bench.cli.console import Console
from bench.cli.times import duration
from bench.model import Contest, Plan


class Progress:
    """One line about where the run is, with the time left."""

    def __init__(self, console: Console, plan: Plan, done: int) -> None:
        self._console = console
        self._terminal = console.err
        self._total = plan.settings.blocks * len(plan.workloads)
        self._done = done
        self._began_at = done
        self._began_s = time.monotonic()
        self._said: set[tuple[str, str]] = set()
        self._bout = ""

    def bout(self, block: int, workload: str, left_s: float) -> None:
        eta_s = max(left_s, self._projected_s())
        self._bout = f"[{self._done + 1}/{self._total}] block {block + 1}, {workload}, {duration(eta_s)} left"
        if not self._terminal.is_terminal:
            self._terminal.line(self._bout)

    def contest(self, contest: Contest) -> None:
        if self._terminal.is_terminal:
            self._terminal.rewrite(f"{self._bout}, C = {contest.concurrency}")

    def lost(self, workload: str, runner: str, reason: str) -> None:
        if (workload, runner) in self._said:
            return
        self._said.add((workload, runner))
        self.close()
        self._console.warn(f"{workload} on {runner} is out: {reason}" if runner else f"{workload} is out: {reason}")

    def bout_done(self) -> None:
        self._done += 1

    def close(self) -> None:
        """Leave the line that was being rewritten."""
        if self._terminal.is_terminal:
            self._terminal.rewrite("")

    def _projected_s(self) -> float:
        """Seconds left, from the pace so far; 0 before there is one."""
        bouts = self._done - self._began_at
        return (time.monotonic() - self._began_s) / bouts * (self._total - self._done) if bouts else 0.0
