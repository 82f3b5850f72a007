"""C long-lived threads of one process, each calling the blocking op in a loop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

from bench.trial.children import reaped_cpu_s
from bench.trial.recorder import Recorder
from bench.trial.runners import RunnerInfo, State
from bench.trial.ticker import tick_blocking
from bench.trial.turn import LAG, Span, Turn
from bench.trial.worker import now, run_blocking
from bench.workload import Context, Workload

RUNNER = RunnerInfo("threads", "blocking", "C threads of one process", order=1)


@contextmanager
def workers(workload: Workload, ctx: Context) -> Iterator[ThreadWorkers]:
    with workload.blocking_client(ctx) or nullcontext() as client:
        crew = ThreadWorkers(workload, replace(ctx, client=client))
        try:
            crew.start()
            yield crew
        finally:
            crew.stop()


class _Worker:
    """One thread, parked on its own queue between turns."""

    def __init__(self, workload: Workload, ctx: Context, done: SimpleQueue[BaseException | None]) -> None:
        self.recorder = Recorder()
        self.orders: SimpleQueue[Span | None] = SimpleQueue()
        self._workload = workload
        self._ctx = ctx
        self._done = done
        # daemon: a worker that hangs must not keep a trial alive that was told to stop
        self.thread = threading.Thread(target=self._run, name=f"worker-{ctx.worker}", daemon=True)

    def _run(self) -> None:
        try:
            with self._workload.blocking(self._ctx) as op:
                self._done.put(None)
                while (span := self.orders.get()) is not None:
                    run_blocking(self._workload, op, span, self.recorder)
                    self._done.put(None)
        except BaseException as error:  # the main thread raises it: a thread's own death would pass unseen
            self._done.put(error)


class ThreadWorkers:
    """C parked threads and the queue on which they report."""

    def __init__(self, workload: Workload, ctx: Context) -> None:
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        self._workers = [_Worker(workload, replace(ctx, worker=i), self._done) for i in range(ctx.concurrency)]
        self._started: list[_Worker] = []
        self._lateness_ns: list[int] = []

    def start(self) -> None:
        for worker in self._workers:
            worker.thread.start()
            self._started.append(worker)
        self._wait()

    def run(self, turn: Turn) -> Span:
        self._lateness_ns = []
        span = turn.starting(now()).among(len(self._workers))
        for worker in self._workers:
            worker.orders.put(span)
        if turn.kind == LAG:
            tick_blocking(span, self._lateness_ns)
        self._wait()
        return span

    def stop(self) -> None:
        for worker in self._started:
            worker.orders.put(None)
        for worker in self._started:
            worker.thread.join()

    def _wait(self) -> None:
        """Wait for one report of every worker; raise the first error among them."""
        reports = [self._done.get() for _ in self._workers]
        for error in reports:
            if error is not None:
                raise error

    def states(self) -> list[State]:
        return [worker.recorder.state() for worker in self._workers]

    def lateness_ns(self) -> list[int]:
        return self._lateness_ns

    def facts(self) -> dict[str, Any]:
        return {}

    def reaped_cpu_s(self) -> float:
        return reaped_cpu_s()
