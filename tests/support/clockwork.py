"""What drives the hot loops in a test: a clock whose times are given, and an op in its other form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable


class Clock:
    """Shows the given times one after the other, and counts how often it is read."""

    def __init__(self, *times_ns: int) -> None:
        self._times_ns = list(times_ns)
        self.reads = 0

    def __call__(self) -> int:
        self.reads += 1
        return self._times_ns.pop(0)


def in_coroutine(op: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    """The op as a coroutine that never suspends."""

    async def awaited() -> object:
        return op()

    return awaited
