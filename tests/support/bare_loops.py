"""The harness's loops beside bare ones, under every model that runs in one process.

The bare loop is the leanest that one writes by hand for the same knowledge: one clock read per op, whose end is the
start of the next, and a list of latencies. Ours survives failing ops besides.

Both stop by the clock, so a batch of a known number of ops ends by an op that raises what neither loop catches.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from bench.trial.recorder import Recorder
from bench.trial.turn import TIMED, Span
from bench.trial.worker import now, run_blocking, run_coroutine
from bench.workload import Workload

BLOCKING_OPS = 1_000
COROUTINE_OPS = 100
"""Ops of a batch: some 0.2 ms either way."""

_NEVER_NS = 1 << 62
_SPAN = Span(TIMED, 0, 0, _NEVER_NS, _NEVER_NS)


class Enough(BaseException):
    """Ends a batch; not an `Exception`, which our loops count and go on."""


class Plain(Workload):
    """A workload without a check."""


class Checked(Workload):
    """A workload with the cheapest check there is."""

    def check(self, result: object) -> bool:
        return result is None


def steps(number: int) -> Generator[None]:
    """A generator whose ``__next__`` is an op that does nothing, ``number`` times."""
    for _ in range(number):
        yield
    raise Enough


def coroutine_op(number: int) -> Callable[[], Awaitable[None]]:
    """An op that lets the loop go round once."""
    step = steps(number).__next__

    def op() -> Awaitable[None]:
        step()
        return asyncio.sleep(0)

    return op


def timed_blocking(op: Callable[[], object], stop_ns: int) -> list[int]:
    latencies_ns, began = [], now()
    while True:
        op()
        ended = now()
        latencies_ns.append(ended - began)
        began = ended
        if ended >= stop_ns:
            return latencies_ns


def timed_checked_blocking(op: Callable[[], object], check: Callable[[object], bool], stop_ns: int) -> list[int]:
    latencies_ns, began = [], now()
    while True:
        if not check(op()):
            raise ValueError
        ended = now()
        latencies_ns.append(ended - began)
        began = ended
        if ended >= stop_ns:
            return latencies_ns


async def timed_coroutine(op: Callable[[], Awaitable[object]], stop_ns: int) -> list[int]:
    latencies_ns, began = [], now()
    while True:
        await op()
        ended = now()
        latencies_ns.append(ended - began)
        began = ended
        if ended >= stop_ns:
            return latencies_ns


async def timed_checked_coroutine(
    op: Callable[[], Awaitable[object]], check: Callable[[object], bool], stop_ns: int
) -> list[int]:
    latencies_ns, began = [], now()
    while True:
        if not check(await op()):
            raise ValueError
        ended = now()
        latencies_ns.append(ended - began)
        began = ended
        if ended >= stop_ns:
            return latencies_ns


def untimed_blocking(op: Callable[[], object]) -> None:
    """The op alone: what is left when nothing is measured."""
    while True:
        op()


async def untimed_coroutine(op: Callable[[], Awaitable[object]]) -> None:
    """The op alone: what is left when nothing is measured."""
    while True:
        await op()


Batch = Callable[[int], float]
"""Runs that many ops and returns nanoseconds per op, taken inside the model: hand-over is not in it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same op under the same model: in our loop, in a bare one, and without any measuring.

    ops: a batch short enough that most are not interrupted by whatever else runs on the machine.
    """

    ours: Batch
    bare: Batch
    untimed: Batch
    ops: int


MODELS = ("sync", "threads", "asyncio", "uvloop")


@contextmanager
def pair(model: str, *, checked: bool) -> Iterator[Pair]:
    """Open a model for as long as its batches are run."""
    workload = Checked() if checked else Plain()
    if model == "sync":
        yield Pair(
            lambda ops: _ours_blocking(workload, ops),
            lambda ops: _bare_blocking(workload, ops),
            _untimed_blocking,
            BLOCKING_OPS,
        )
    elif model == "threads":
        with ThreadPoolExecutor(1) as pool:
            yield Pair(
                lambda ops: pool.submit(_ours_blocking, workload, ops).result(),
                lambda ops: pool.submit(_bare_blocking, workload, ops).result(),
                lambda ops: pool.submit(_untimed_blocking, ops).result(),
                BLOCKING_OPS,
            )
    else:
        with asyncio.Runner(loop_factory=_loop_factory(model)) as runner:
            yield Pair(
                lambda ops: runner.run(_ours_coroutine(workload, ops)),
                lambda ops: runner.run(_bare_coroutine(workload, ops)),
                lambda ops: runner.run(_untimed_coroutine(ops)),
                COROUTINE_OPS,
            )


def _loop_factory(model: str) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if model == "asyncio":
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = pytest.importorskip(
        "uvloop", reason="uvloop is not installed: pip install uvloop"
    ).new_event_loop
    return factory


def _ours_blocking(workload: Workload, ops: int) -> float:
    op, recorder = steps(ops).__next__, Recorder()
    began_ns = time.perf_counter_ns()
    try:
        run_blocking(workload, op, _SPAN, recorder)
    except Enough:
        pass
    return (time.perf_counter_ns() - began_ns) / ops


def _bare_blocking(workload: Workload, ops: int) -> float:
    op = steps(ops).__next__
    began_ns = time.perf_counter_ns()
    try:
        if isinstance(workload, Checked):
            timed_checked_blocking(op, workload.check, _NEVER_NS)
        else:
            timed_blocking(op, _NEVER_NS)
    except Enough:
        pass
    return (time.perf_counter_ns() - began_ns) / ops


async def _ours_coroutine(workload: Workload, ops: int) -> float:
    op, recorder = coroutine_op(ops), Recorder()
    began_ns = time.perf_counter_ns()
    try:
        await run_coroutine(workload, op, _SPAN, recorder)
    except Enough:
        pass
    return (time.perf_counter_ns() - began_ns) / ops


async def _bare_coroutine(workload: Workload, ops: int) -> float:
    op = coroutine_op(ops)
    began_ns = time.perf_counter_ns()
    try:
        if isinstance(workload, Checked):
            await timed_checked_coroutine(op, workload.check, _NEVER_NS)
        else:
            await timed_coroutine(op, _NEVER_NS)
    except Enough:
        pass
    return (time.perf_counter_ns() - began_ns) / ops


def _untimed_blocking(ops: int) -> float:
    op = steps(ops).__next__
    began_ns = time.perf_counter_ns()
    try:
        untimed_blocking(op)
    except Enough:
        pass
    return (time.perf_counter_ns() - began_ns) / ops


async def _untimed_coroutine(ops: int) -> float:
    op = coroutine_op(ops)
    began_ns = time.perf_counter_ns()
    try:
        await untimed_coroutine(op)
    except Enough:
        pass
    return (time.perf_counter_ns() - began_ns) / ops


def paired_ratios(batches: Pair, rounds: int) -> list[float]:
    """Cost of ours over bare, one ratio per mirrored round (ours, bare, bare, ours), so that a drift falls on both."""
    ratios = []
    for _ in range(rounds):
        first, second = batches.ours(batches.ops), batches.bare(batches.ops)
        third, fourth = batches.bare(batches.ops), batches.ours(batches.ops)
        ratios.append((first + fourth) / (second + third))
    return ratios
