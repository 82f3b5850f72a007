"""Units of concurrency with a blocking form; each op returns 1 when its unit has run and ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from bench import Op

NOTHING: Callable[..., object] = len
"""What a child process does: a built-in function, so that it imports nothing for it."""


def op(what: str) -> Op:
    """Create, run and join one of these."""
    if what in {"worker", "thread"}:
        return _thread
    return _future_op() if what == "future" else _process_op(what)


def _thread() -> int:
    ran: list[int] = []
    thread = threading.Thread(target=ran.append, args=(1,))
    thread.start()
    thread.join()
    return len(ran)


def _future_op() -> Op:
    from concurrent.futures import Future

    def future() -> int:
        made: Future[int] = Future()
        made.set_result(1)
        return made.result()

    return future


def _process_op(method: str) -> Op:
    import multiprocessing

    processes: Any = multiprocessing.get_context(method)  # typeshed's base context has no Process

    def process() -> int:
        made = processes.Process(target=NOTHING, args=((),))
        made.start()
        made.join()
        ended: int = made.exitcode
        made.close()
        return 1 if ended == 0 else -1

    return process
