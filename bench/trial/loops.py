"""The hot loops: all that runs between two clock reads of the measured window.

Guarantees: one call of the op, one clock read and one append per op; no gap, since the end of an op is the start of
the next; at least one op per turn; the first op begins when the turn does, since a worker that waits for the GIL or the
event loop before its first op waits as before every other; an op that raises ends like any other and
is noted by its start.
Each loop exists as twins that differ by ``async``/``await`` alone (a test compares them word for word), and with and
without a check, because a workload without one should not pay for the call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Now = Callable[[], int]
Append = Callable[[int], None]
Failed = Callable[[int, BaseException | None], None]


def blocking_loop(op: Callable[[], Any], now: Now, start_ns: int, stop_ns: int, append: Append, failed: Failed) -> None:
    """Call ``op`` until the clock passes ``stop_ns``; append ``start_ns``, then the end of each op."""
    t = start_ns
    append(t)
    while True:
        try:
            op()
        except Exception as error:
            failed(t, error)
        t = now()
        append(t)
        if t >= stop_ns:
            return


async def coroutine_loop(
    op: Callable[[], Awaitable[Any]], now: Now, start_ns: int, stop_ns: int, append: Append, failed: Failed
) -> None:
    """Call ``op`` until the clock passes ``stop_ns``; append ``start_ns``, then the end of each op."""
    t = start_ns
    append(t)
    while True:
        try:
            await op()
        except Exception as error:
            failed(t, error)
        t = now()
        append(t)
        if t >= stop_ns:
            return


def checked_blocking_loop(
    op: Callable[[], Any],
    check: Callable[[Any], bool],
    now: Now,
    start_ns: int,
    stop_ns: int,
    append: Append,
    failed: Failed,
) -> None:
    """As `blocking_loop`, and note every op whose result fails ``check``."""
    t = start_ns
    append(t)
    while True:
        try:
            if not check(op()):
                failed(t, None)
        except Exception as error:
            failed(t, error)
        t = now()
        append(t)
        if t >= stop_ns:
            return


async def checked_coroutine_loop(
    op: Callable[[], Awaitable[Any]],
    check: Callable[[Any], bool],
    now: Now,
    start_ns: int,
    stop_ns: int,
    append: Append,
    failed: Failed,
) -> None:
    """As `coroutine_loop`, and note every op whose result fails ``check``."""
    t = start_ns
    append(t)
    while True:
        try:
            if not check(await op()):
                failed(t, None)
        except Exception as error:
            failed(t, error)
        t = now()
        append(t)
        if t >= stop_ns:
            return
