"""Where a run is: one line that is rewritten (or, away from a terminal, one line per bout).

Only between turns: no thread, no redraw, nothing that could run inside a window.
"""

from __future__ import annotations

import time

from bench.cli.console import Console
from bench.cli.times import duration
from bench.judge.stats import MIN_BLOCKS
from bench.model import Contest, Plan, Stage
from bench.plan import matrix

QUIET_S = 8.0
"""Longest silence while a run is at work between turns."""
TOO_LONG, LONG_S = 1.3, 5.0
"""So many times what the plan says, and seconds more than the budget, a run may take before that is said."""


class Progress:
    """One line about where the run is, with the time left."""

    def __init__(self, console: Console, plan: Plan, done: int) -> None:
        self._console = console
        self._terminal = console.err
        self._total = plan.settings.blocks * plan.bouts_per_block
        self._done = done
        self._began_at = done
        self._began_s = time.monotonic()
        self._said: set[tuple[str, str]] = set()
        self._bout = ""
        self._plan = plan
        self._spoke_s = time.monotonic()
        self._warned = False

    def bout(self, block: int, workload: str, left_s: float) -> None:
        eta_s = max(left_s, self._projected_s())
        self._bout = f"[{self._done + 1}/{self._total}] block {block + 1}, {workload}, {duration(eta_s)} left"
        if not self._terminal.is_terminal:
            self._say(self._bout)

    def contest(self, contest: Contest) -> None:
        if self._terminal.is_terminal:
            self._say(f"{self._bout}, C = {contest.concurrency}")

    def alive(self) -> None:
        if time.monotonic() - self._spoke_s > QUIET_S:
            self._say(f"{self._bout}, at work")

    def expected(self, expected_s: float, budget_s: float) -> None:
        """Say once, before the long part begins, that it is longer than was said."""
        if self._warned or expected_s <= max(TOO_LONG * matrix.expected_s(self._plan), budget_s + LONG_S):
            return
        self._warned = True
        self.close()
        blocks = self._plan.settings.blocks
        fits = int(blocks * budget_s / expected_s)
        offer = f"; --blocks {fits} would fit" if 0 < fits < blocks else ""
        self._console.warn(
            f"ops are slow here: {blocks} blocks take about {duration(expected_s)}, not {duration(budget_s)}{offer} "
            f"({MIN_BLOCKS} are needed for intervals; Ctrl-C keeps what is finished)"
        )

    def _say(self, text: str) -> None:
        """One line, rewritten on a terminal."""
        self._spoke_s = time.monotonic()
        if self._terminal.is_terminal:
            self._terminal.rewrite(text)
        else:
            self._terminal.line(text)

    def lost(self, workload: str, runner: str, reason: str) -> None:
        if (workload, runner) in self._said:
            return
        self._said.add((workload, runner))
        self.close()
        self._console.warn(f"{workload} on {runner} is out: {reason}" if runner else f"{workload} is out: {reason}")

    def bout_done(self) -> None:
        self._done += 1

    def stage(self, stage: Stage, bouts: int) -> None:
        """Say who goes on, and for how long."""
        self._total = self._done + bouts
        self._began_at, self._began_s = self._done, time.monotonic()
        self.close()
        self._console.further(stage)

    def close(self) -> None:
        """Leave the line that was being rewritten."""
        if self._terminal.is_terminal:
            self._terminal.rewrite("")

    def _projected_s(self) -> float:
        """Seconds left, from the pace so far; 0 before there is one."""
        bouts = self._done - self._began_at
        return (time.monotonic() - self._began_s) / bouts * (self._total - self._done) if bouts else 0.0
