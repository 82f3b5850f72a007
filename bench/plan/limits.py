"""How much may be asked for: what lies beyond is a slip of the hand, and is refused before anything is started."""

from __future__ import annotations

MOST_BLOCKS = 1000
MOST_WORKERS = 100_000
"""Of one contest; a task costs kilobytes and a thread a stack, so that a larger number is no plan of anyone's."""

MOST_OPS = 10_000_000
"""Of one batch: each op is a number in a list, and a few of these lists are held at a time."""

LEAST_TIMEOUT_S = 1.0
"""The time-out also covers how long a fresh process takes to start and to import."""

LONGEST_S = 30 * 86_400.0
