"""A worker starts its next op when the last is done. The hot loops: all that runs between two clock reads of a window.

Guarantees: one call of the op, one clock read and one append per op; no gap, since the end of an op is the start of
the next; at least one op per turn; the first op begins when the turn does, since a worker that waits for the GIL or the
event loop before its first op waits as before every other; an op that raises ends like any other and
is noted by its start.
Each loop exists as twins that differ by ``async``/``await`` alone (a test compares them word for word), and with and
without a check, because a workload without one should not pay for the call.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.trial.loads import Append, Failed
from bench.trial.turn import Span

Now = Callable[[], int]

now = time.perf_counter_ns


def blocking(
    op: Callable[[], Any], check: Callable[[Any], bool] | None, span: Span, append: Append, failed: Failed
) -> None:
    """See `bench.trial.loads.Load`."""
    if check is None:
        blocking_loop(op, now, span.start_ns, span.stop_ns, append, failed)
    else:
        checked_blocking_loop(op, check, now, span.start_ns, span.stop_ns, append, failed)


def coroutine(
    op: Callable[[], Awaitable[Any]], check: Callable[[Any], bool] | None, span: Span, append: Append, failed: Failed
) -> Awaitable[None]:
    """See `bench.trial.loads.Load`."""
    if check is None:
        return coroutine_loop(op, now, span.start_ns, span.stop_ns, append, failed)
    return checked_coroutine_loop(op, check, now, span.start_ns, span.stop_ns, append, failed)


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
