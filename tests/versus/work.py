"""What all three tools measure: one function, whose step count is the knob. It imports nothing."""

from __future__ import annotations

STEPS = 3_000
"""About 250 microseconds: long against any tool's own cost per call, short against a time slice of the scheduler."""

MORE_STEPS = STEPS * 105 // 100
"""Five percent more work."""


def work(steps: int) -> int:
    """The last state of a 32-bit linear congruential generator after ``steps`` steps."""
    state = 1
    for _ in range(steps):
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFF_FFFF
    return state
