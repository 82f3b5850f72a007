"""Units of concurrency with a blocking form; each op returns 1 when its unit has run and ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench import Op

NOTHING: Callable[..., object] = len
"""What a child process does: a built-in function, so that it imports nothing for it."""


@contextmanager
def unit(what: str) -> Iterator[Op]:
    """An op that creates, runs and joins one of these."""
    if what == "future":
        with _set_by_another_thread() as op:
            yield op
    else:
        yield _thread if what in {"worker", "thread"} else _process_op(what)


def _thread() -> int:
    ran: list[int] = []
    thread = threading.Thread(target=ran.append, args=(1,))
    thread.start()
    thread.join()
    return len(ran)


@contextmanager
def _set_by_another_thread() -> Iterator[Op]:
    from concurrent.futures import Future
    from queue import SimpleQueue

    handed: SimpleQueue[Future[int] | None] = SimpleQueue()

    def set_each() -> None:
        while (given := handed.get()) is not None:
            given.set_result(1)

    def future() -> int:
        made: Future[int] = Future()
        handed.put(made)
        return made.result()

    setter = threading.Thread(target=set_each, daemon=True)
    setter.start()
    try:
        yield future
    finally:
        handed.put(None)
        setter.join()


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
