"""Waiting for what other processes do, without a length of time that somebody has guessed."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.support.contestants import PATIENCE_S


def until(reached: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
    """Wait until something is so, or for so long; tell whether it became so."""
    deadline_s = time.monotonic() + seconds
    while not (so := bool(reached())) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return so
