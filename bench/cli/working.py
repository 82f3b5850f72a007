"""A sign of life while another process of ours works."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.cli.console import Console

EVERY_S = 5.0
"""Away from a terminal: least time between two lines, and before the first."""


class Working:
    """Shows what is said of progress: one line that is rewritten or, away from a terminal, a line now and then."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._last_s = clock()

    def say(self, text: str) -> None:
        """Show a text, or not, if the last line is too fresh."""
        if self._console.err.is_terminal:
            self._console.err.rewrite(text)
        elif self._clock() - self._last_s >= EVERY_S:
            self._last_s = self._clock()
            self._console.err.line(text)

    def close(self) -> None:
        """Leave the line that was being rewritten."""
        if self._console.err.is_terminal:
            self._console.err.rewrite("")
