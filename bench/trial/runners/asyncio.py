"""C long-lived tasks on one asyncio event loop, each awaiting the coroutine op in a loop.

Between turns the loop is not running at all: the main thread is blocked in the channel, so a parked contestant costs
nothing. Idle connections therefore see no keep-alive until the next turn; pools should not expire within minutes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from typing import Any

from bench.trial.children import reaped_cpu_s
from bench.trial.recorder import Recorder
from bench.trial.runners import RunnerInfo, State
from bench.trial.ticker import tick_coroutine
from bench.trial.turn import LAG, Span, Turn
from bench.trial.worker import now, run_coroutine
from bench.workload import Context, Workload

RUNNER = RunnerInfo("asyncio", "coroutine", "C tasks on one asyncio event loop", order=3)


@contextmanager
def workers(workload: Workload, ctx: Context) -> Iterator[TaskWorkers]:
    with loop_workers(workload, ctx, _standard_loop) as crew:
        yield crew


def _standard_loop() -> asyncio.AbstractEventLoop:
    """The loop that ``asyncio.run`` makes where nobody has changed its policy."""
    if sys.platform == "win32":
        return asyncio.ProactorEventLoop()
    return asyncio.SelectorEventLoop()


@contextmanager
def loop_workers(
    workload: Workload, ctx: Context, loop_factory: Callable[[], asyncio.AbstractEventLoop]
) -> Iterator[TaskWorkers]:
    """Open the workers on a loop of this make; the event loop policy that a workload may have installed has no say."""
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        crew = TaskWorkers(workload, ctx, runner)
        try:
            runner.run(crew.start())
            yield crew
        finally:
            runner.run(crew.stop())


class TaskWorkers:
    """C tasks parked on one future between turns."""

    def __init__(self, workload: Workload, ctx: Context, runner: asyncio.Runner) -> None:
        self._workload = workload
        self._ctx = ctx
        self._runner = runner
        self._recorders = [Recorder() for _ in range(ctx.concurrency)]
        self._lateness_ns: list[int] = []
        self._scope = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop_class = ""

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._loop_class = f"{type(loop).__module__}.{type(loop).__qualname__}"
        client_scope = self._workload.coroutine_client(self._ctx)
        client = await self._scope.enter_async_context(client_scope) if client_scope is not None else None
        ctx = replace(self._ctx, client=client)
        self._park()
        self._tasks = [
            asyncio.create_task(self._work(replace(ctx, worker=i), recorder))
            for i, recorder in enumerate(self._recorders)
        ]
        await self._all_parked()

    def run(self, turn: Turn) -> Span:
        return self._runner.run(self._turn(turn))

    async def stop(self) -> None:
        """Leave every worker's scope, then the client's; a worker's error while leaving is raised."""
        if self._tasks and not self._gate.done():
            self._gate.set_result(None)
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._scope.aclose()
        errors = [result for result in results if isinstance(result, BaseException)]
        if errors and not self._broken:
            raise errors[0]

    async def _turn(self, turn: Turn) -> Span:
        self._lateness_ns = []
        span = turn.starting(now()).among(len(self._recorders))
        gate = self._gate
        self._park()
        gate.set_result(span)
        if turn.kind == LAG:
            await tick_coroutine(span, self._lateness_ns)
        await self._all_parked()
        return span

    def _park(self) -> None:
        """Make the gate of the next turn and the future that says all workers wait at it."""
        loop = asyncio.get_running_loop()
        self._gate: asyncio.Future[Span | None] = loop.create_future()
        self._parked: asyncio.Future[None] = loop.create_future()
        self._running = self._ctx.concurrency
        self._broken = False

    async def _all_parked(self) -> None:
        try:
            await self._parked
        except BaseException:
            self._broken = True
            raise

    async def _work(self, ctx: Context, recorder: Recorder) -> None:
        try:
            async with self._workload.coroutine(ctx) as op:
                self._report()
                while (span := await self._gate) is not None:
                    await run_coroutine(self._workload, op, span, recorder)
                    self._report()
        except BaseException as error:  # the turn raises it: a task's own death would pass unseen
            if not self._parked.done():
                self._parked.set_exception(error)
            raise

    def _report(self) -> None:
        self._running -= 1
        if self._running == 0 and not self._parked.done():
            self._parked.set_result(None)

    def states(self) -> list[State]:
        return [recorder.state() for recorder in self._recorders]

    def lateness_ns(self) -> list[int]:
        return self._lateness_ns

    def facts(self) -> dict[str, Any]:
        return {"loop": self._loop_class}

    def tasks_left(self) -> int:
        """Tasks on the loop that ops have started and not awaited."""
        return len(asyncio.all_tasks(self._runner.get_loop()) - set(self._tasks))

    def reaped_cpu_s(self) -> float:
        return reaped_cpu_s()
