"""Idioms of blocking code. Each is opened by a worker and yields its op, which returns how many waits were done."""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

from bench import Op
from workloads._idioms_waits import Waits


@contextmanager
def _workers(waits: Waits) -> Iterator[Op]:
    def op() -> int:
        left, done = deque(range(waits.number)), deque[int]()

        def work() -> None:
            while True:
                try:
                    job = left.popleft()
                except IndexError:
                    return
                time.sleep(waits.wait_s)
                done.append(job)

        _in_threads(work, waits.at_once)
        return len(done)

    yield op


@contextmanager
def _queue(waits: Waits) -> Iterator[Op]:
    def op() -> int:
        jobs: queue.Queue[int | None] = queue.Queue()
        done = deque[int]()
        for job in (*range(waits.number), *[None] * waits.at_once):
            jobs.put(job)

        def work() -> None:
            while (job := jobs.get()) is not None:
                time.sleep(waits.wait_s)
                done.append(job)

        _in_threads(work, waits.at_once)
        return len(done)

    yield op


def _in_threads(work: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def _submit(waits: Waits) -> Iterator[Op]:
    with ThreadPoolExecutor(waits.at_once) as pool:

        def op() -> int:
            futures = [pool.submit(time.sleep, waits.wait_s) for _ in range(waits.number)]
            return sum(future.result() is None for future in futures)

        yield op


@contextmanager
def _map(waits: Waits) -> Iterator[Op]:
    with ThreadPoolExecutor(waits.at_once) as pool:
        yield lambda: _mapped(pool, waits, 1)


def _processes(chunked: bool) -> Callable[[Waits], AbstractContextManager[Op]]:
    @contextmanager
    def opened(waits: Waits) -> Iterator[Op]:
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        chunk = -(-waits.number // waits.at_once) if chunked else 1
        with ProcessPoolExecutor(waits.at_once, mp_context=context) as pool:
            yield lambda: _mapped(pool, waits, chunk)

    return opened


def _mapped(pool: Executor, waits: Waits, chunk: int) -> int:
    return len(list(pool.map(time.sleep, [waits.wait_s] * waits.number, chunksize=chunk)))


IDIOMS: dict[str, Callable[[Waits], AbstractContextManager[Op]]] = {
    "workers": _workers,
    "queue": _queue,
    "submit": _submit,
    "map": _map,
    "processes": _processes(chunked=False),
    "processes-chunked": _processes(chunked=True),
}
