"""The asyncio runner on uvloop's event loop; nothing else differs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.trial.runners import RunnerInfo
from bench.trial.runners.asyncio import TaskWorkers, loop_workers
from bench.workload import Context, Workload

RUNNER = RunnerInfo("uvloop", "coroutine", "C tasks on one uvloop event loop", order=4, requires="uvloop")


@contextmanager
def workers(workload: Workload, ctx: Context) -> Iterator[TaskWorkers]:
    import uvloop

    with loop_workers(workload, ctx, uvloop.new_event_loop) as crew:
        yield crew
