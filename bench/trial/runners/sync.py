"""One op after the other, on the main thread: the reference of every contest and its oracle of correctness."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from bench.trial.children import reaped_cpu_s
from bench.trial.recorder import Recorder
from bench.trial.runners import RunnerInfo, State
from bench.trial.ticker import tick_blocking
from bench.trial.turn import LAG, Span, Turn
from bench.trial.worker import now, run_blocking
from bench.workload import Context, Op, Workload

RUNNER = RunnerInfo("sync", "blocking", "one op after the other, on one thread", order=0, serial=True)


@contextmanager
def workers(workload: Workload, ctx: Context) -> Iterator[SyncWorker]:
    alone = replace(ctx, concurrency=1)
    with workload.blocking_client(alone) or nullcontext() as client:
        with workload.blocking(replace(alone, client=client)) as op:
            yield SyncWorker(workload, op)


class SyncWorker:
    """The main thread itself."""

    def __init__(self, workload: Workload, op: Op) -> None:
        self._workload = workload
        self._op = op
        self._recorder = Recorder()
        self._lateness_ns: list[int] = []

    def run(self, turn: Turn) -> Span:
        self._lateness_ns = []
        span = turn.starting(now()).among(1)
        ticker = threading.Thread(target=tick_blocking, args=(span, self._lateness_ns)) if turn.kind == LAG else None
        if ticker:
            ticker.start()
        run_blocking(self._workload, self._op, span, self._recorder)
        if ticker:
            ticker.join()
        return span

    def states(self) -> list[State]:
        return [self._recorder.state()]

    def lateness_ns(self) -> list[int]:
        return self._lateness_ns

    def facts(self) -> dict[str, Any]:
        return {}

    def reaped_cpu_s(self) -> float:
        return reaped_cpu_s()
