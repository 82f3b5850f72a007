"""So many ops at once, at most C in flight, until all are done: what people mean by "fetch these 1,000 pages".

The workers of a process draw from one store of tickets, so a worker that is quick does more; workers in processes of
their own have equal shares. The first op of a worker begins when the batch does. Guarantees of the loops: see
`bench.trial.loads.closed`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.trial.loads import Append, Failed
from bench.trial.turn import Span

Now = Callable[[], int]
Tickets = Callable[[], int]
"""Returns 1 for each op that is still to be done, and 0 when none is."""

now = time.perf_counter_ns


def blocking(
    op: Callable[[], Any], check: Callable[[Any], bool] | None, span: Span, append: Append, failed: Failed
) -> None:
    """See `bench.trial.loads.Load`."""
    if check is None:
        blocking_loop(op, now, span.start_ns, span.tickets, append, failed)
    else:
        checked_blocking_loop(op, check, now, span.start_ns, span.tickets, append, failed)


def coroutine(
    op: Callable[[], Awaitable[Any]], check: Callable[[Any], bool] | None, span: Span, append: Append, failed: Failed
) -> Awaitable[None]:
    """See `bench.trial.loads.Load`."""
    if check is None:
        return coroutine_loop(op, now, span.start_ns, span.tickets, append, failed)
    return checked_coroutine_loop(op, check, now, span.start_ns, span.tickets, append, failed)


def blocking_loop(
    op: Callable[[], Any], now: Now, start_ns: int, tickets: Tickets, append: Append, failed: Failed
) -> None:
    """Call ``op`` for each ticket; append ``start_ns``, then the end of each op."""
    t = start_ns
    append(t)
    while tickets():
        try:
            op()
        except Exception as error:
            failed(t, error)
        t = now()
        append(t)


async def coroutine_loop(
    op: Callable[[], Awaitable[Any]], now: Now, start_ns: int, tickets: Tickets, append: Append, failed: Failed
) -> None:
    """Call ``op`` for each ticket; append ``start_ns``, then the end of each op."""
    t = start_ns
    append(t)
    while tickets():
        try:
            await op()
        except Exception as error:
            failed(t, error)
        t = now()
        append(t)


def checked_blocking_loop(
    op: Callable[[], Any],
    check: Callable[[Any], bool],
    now: Now,
    start_ns: int,
    tickets: Tickets,
    append: Append,
    failed: Failed,
) -> None:
    """As `blocking_loop`, and note every op whose result fails ``check``."""
    t = start_ns
    append(t)
    while tickets():
        try:
            if not check(op()):
                failed(t, None)
        except Exception as error:
            failed(t, error)
        t = now()
        append(t)


async def checked_coroutine_loop(
    op: Callable[[], Awaitable[Any]],
    check: Callable[[Any], bool],
    now: Now,
    start_ns: int,
    tickets: Tickets,
    append: Append,
    failed: Failed,
) -> None:
    """As `coroutine_loop`, and note every op whose result fails ``check``."""
    t = start_ns
    append(t)
    while tickets():
        try:
            if not check(await op()):
                failed(t, None)
        except Exception as error:
            failed(t, error)
        t = now()
        append(t)
