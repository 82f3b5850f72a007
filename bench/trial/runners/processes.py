"""C long-lived processes, each calling the blocking op in a loop, each with a client of its own.

Started by ``forkserver`` where the platform has it, else ``spawn``: fork is unsafe once threads exist, and forkserver
is what Python 3.14 uses. The fork server is given the workload's module beforehand, so a worker starts in
milliseconds and shares those pages. Nothing crosses a pipe during a turn.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from bench.trial import loading
from bench.trial.children import reaped_cpu_s
from bench.trial.recorder import Recorder, describe
from bench.trial.runners import RunnerInfo, State
from bench.trial.ticker import tick_blocking
from bench.trial.turn import LAG, Span, Turn
from bench.trial.worker import now, run_blocking
from bench.workload import Context, Workload

RUNNER = RunnerInfo(
    "processes", "blocking", "C processes (forkserver or spawn)", order=2, most_per_cpu=8, delegates=True
)

START_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


@contextmanager
def workers(workload: Workload, ctx: Context) -> Iterator[ProcessWorkers]:
    crew = ProcessWorkers(ctx)
    try:
        crew.start()
        yield crew
    finally:
        crew.stop()


def prepare() -> None:
    """Start the fork server, while the other contestants load, with all that a worker needs imported beforehand."""
    if START_METHOD == "forkserver":
        from multiprocessing import forkserver

        multiprocessing.get_context("forkserver").set_forkserver_preload([loading.BOOT.stem])
        with loading.boot_on_path():
            forkserver.ensure_running()


def settle(patience_s: float) -> None:
    """Wait until multiprocessing's resource tracker has booted: it listens once it has read what this asks it.

    It is executed beside the fork server and no program waits for it. On a busy machine its boot came in the first
    turns, which then looked as if the contestant computed in two places at a time.
    """
    if START_METHOD != "forkserver":
        return
    import fcntl
    import termios
    from multiprocessing import resource_tracker

    try:
        pipe = resource_tracker.getfd()  # type: ignore[attr-defined,unused-ignore]
        until_s = time.monotonic() + patience_s
        while pipe is not None and any(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))) and time.monotonic() < until_s:
            time.sleep(0.0005)
    except OSError:
        return


class ProcessWorkers:
    """C parked processes, one private pipe each."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._lateness_ns: list[int] = []
        self._reaped_cpu_s = 0.0
        self._accelerators: dict[str, bool] = {}

    def start(self) -> None:
        mp: Any = multiprocessing.get_context(START_METHOD)  # typeshed's base context has no Process
        for i in range(self._ctx.concurrency):
            ours, theirs = mp.Pipe()
            ctx = replace(self._ctx, concurrency=1, worker=i)
            process = mp.Process(target=_worker, args=(theirs, os.environ[loading.VARIABLE], ctx), name=f"worker-{i}")
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        self._accelerators = self._replies()[0]

    def run(self, turn: Turn) -> Span:
        self._lateness_ns = []
        span = turn.starting(now())
        self._send([span.part(i, len(self._pipes)) for i in range(len(self._pipes))])
        if turn.kind == LAG:
            tick_blocking(span, self._lateness_ns)
        self._reaped_cpu_s = sum(self._replies())
        return span

    def states(self) -> list[State]:
        self._send(["states"] * len(self._pipes))
        return self._replies()

    def stop(self) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join()

    def _send(self, orders: Sequence[Span | str]) -> None:
        """An order to every worker; one that is gone is named, not its pipe."""
        for pipe, process, order in zip(self._pipes, self._processes, orders, strict=True):
            try:
                pipe.send(order)
            except (BrokenPipeError, ConnectionResetError):
                raise _ended(process) from None

    def _replies(self) -> list[Any]:
        """One reply of every worker; an error of a worker is raised here."""
        replies = []
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            try:
                reply = pipe.recv()
            except (EOFError, ConnectionResetError):
                raise _ended(process) from None
            if isinstance(reply, str):
                raise RuntimeError(f"{process.name}: {reply}")  # noqa: TRY004 - the type is the message
            replies.append(reply)
        return replies

    def lateness_ns(self) -> list[int]:
        return self._lateness_ns

    def facts(self) -> dict[str, Any]:
        pids = [process.pid for process in self._processes]
        return {"start_method": START_METHOD, "reporting": pids, "accelerators": self._accelerators}

    def reaped_cpu_s(self) -> float:
        return reaped_cpu_s() + self._reaped_cpu_s


def _ended(process: BaseProcess) -> RuntimeError:
    """How a worker ended: by a signal, or by its own exit."""
    process.join()
    code = process.exitcode or 0
    try:
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended itself with exit code {code}"
    except ValueError:  # a real-time signal
        how = f"was killed by signal {-code}"
    return RuntimeError(f"{process.name} {how}")


def _worker(pipe: Connection, spec: str, ctx: Context) -> None:
    """One worker process: open the op, then a turn per order, until the pipe closes. A text reply is an error."""
    try:
        workload = loading.load(spec)
        recorder = Recorder()
        with workload.blocking_client(ctx) or nullcontext() as client:
            with workload.blocking(replace(ctx, client=client)) as op:
                pipe.send(dict(workload.accelerators("blocking")))
                while True:
                    try:
                        order = pipe.recv()
                    except EOFError:
                        break
                    if isinstance(order, Span):
                        run_blocking(workload, op, order.among(1), recorder)
                        pipe.send(reaped_cpu_s())
                    else:
                        pipe.send(recorder.state())
    except BrokenPipeError:
        pass  # the trial is gone; so are we
    except BaseException as error:
        pipe.send(describe(error))
