"""What every idiom is asked to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waits:
    """How many, how many of them at a time, and how long each."""

    number: int
    at_once: int
    wait_s: float
