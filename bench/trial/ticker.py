"""Responsiveness: how late a 5 ms ticker wakes while the load runs beside it.

In a coroutine runner this is the lag of the event loop; in the others it is the delay a thread of the program's own
process has to get going (the GIL and the scheduler). Both forms are twins, like the hot loops.
"""

from __future__ import annotations

import time

from bench.trial.turn import Span

TICK_NS = 5_000_000

now = time.perf_counter_ns


def tick_blocking(span: Span, lateness_ns: list[int]) -> None:
    """Sleep from tick to tick until the window closes; append how late each wake-up inside the window was."""
    due_ns = span.open_ns
    while due_ns < span.close_ns:
        time.sleep(max(0, due_ns - now()) / 1e9)
        woke_ns = now()
        lateness_ns.append(max(0, woke_ns - due_ns))
        due_ns = max(due_ns, woke_ns) + TICK_NS


async def tick_coroutine(span: Span, lateness_ns: list[int]) -> None:
    """Sleep from tick to tick until the window closes; append how late each wake-up inside the window was."""
    import asyncio  # here, because a blocking runner must not pay its memory

    due_ns = span.open_ns
    while due_ns < span.close_ns:
        await asyncio.sleep(max(0, due_ns - now()) / 1e9)
        woke_ns = now()
        lateness_ns.append(max(0, woke_ns - due_ns))
        due_ns = max(due_ns, woke_ns) + TICK_NS
