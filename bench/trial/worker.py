"""One worker's life inside a turn, the same for every runner of a form: pick the loop, run it, keep its record."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.trial import loads
from bench.trial.recorder import Recorder
from bench.trial.turn import IDLE, TIMED, WARM, Span
from bench.workload import AsyncOp, Op, Workload

now = time.perf_counter_ns

RECORDED = (TIMED, WARM)


def _check_of(workload: Workload) -> Callable[[Any], bool] | None:
    """The workload's check, or None when it has none of its own and calling it would only cost time."""
    return None if type(workload).check is Workload.check else workload.check


class NotBlocking(BaseException):
    """A blocking op that returned an awaitable has done nothing yet: to count it would measure how fast it is made."""


def looking_at(op: Op) -> Op:
    """The op of a warm-up, whose results are looked at; measured ops are not, it would be inside their time."""

    def looked_at() -> object:
        result = op()
        if hasattr(type(result), "__await__"):
            if close := getattr(result, "close", None):
                close()  # or its garbage collection warns that nobody awaited it
            raise NotBlocking(
                f"the blocking op returned an awaitable ({type(result).__name__}): it is an async function"
            )
        return result

    return looked_at


def run_blocking(workload: Workload, op: Op, span: Span, recorder: Recorder) -> None:
    """Run a blocking op through one turn."""
    append = recorder.begin(keep=span.kind in RECORDED)
    if span.kind == IDLE:
        return
    check = _check_of(workload)
    if span.kind == WARM:
        op = looking_at(op)
    loads.load(span.load).blocking(op, check, span, append, recorder)


def run_coroutine(workload: Workload, op: AsyncOp, span: Span, recorder: Recorder) -> Awaitable[None]:
    """Run a coroutine op through one turn: returns the loop itself, as a frame in between would be in its memory."""
    append = recorder.begin(keep=span.kind in RECORDED)
    if span.kind == IDLE:
        return _nothing()
    check = _check_of(workload)
    return loads.load(span.load).coroutine(op, check, span, append, recorder)


async def _nothing() -> None:
    """The life of a coroutine worker in an idle turn."""
