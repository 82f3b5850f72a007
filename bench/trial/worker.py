"""One worker's life inside a turn, the same for every runner of a form: pick the loop, run it, keep its record."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.trial.loops import blocking_loop, checked_blocking_loop, checked_coroutine_loop, coroutine_loop
from bench.trial.recorder import Recorder
from bench.trial.turn import TIMED, Span
from bench.workload import AsyncOp, Op, Workload

now = time.perf_counter_ns


def _check_of(workload: Workload) -> Callable[[Any], bool] | None:
    """The workload's check, or None when it has none of its own and calling it would only cost time."""
    return None if type(workload).check is Workload.check else workload.check


def run_blocking(workload: Workload, op: Op, span: Span, recorder: Recorder) -> None:
    """Run a blocking op through one turn."""
    append = recorder.begin(keep=span.kind == TIMED)
    check = _check_of(workload)
    if check is None:
        blocking_loop(op, now, span.start_ns, span.stop_ns, append, recorder)
    else:
        checked_blocking_loop(op, check, now, span.start_ns, span.stop_ns, append, recorder)


def run_coroutine(workload: Workload, op: AsyncOp, span: Span, recorder: Recorder) -> Awaitable[None]:
    """Run a coroutine op through one turn: returns the loop itself, as a frame in between would be in its memory."""
    append = recorder.begin(keep=span.kind == TIMED)
    check = _check_of(workload)
    operation: Callable[[], Awaitable[Any]] = op
    if check is None:
        return coroutine_loop(operation, now, span.start_ns, span.stop_ns, append, recorder)
    return checked_coroutine_loop(operation, check, now, span.start_ns, span.stop_ns, append, recorder)
