"""For ui.perfetto.dev and chrome://tracing: the first timed turn of every case, op by op, a lane per worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bench.errors import UsageError
from bench.model import CaseSummary, StoredRun, Summary, Trace

MOST_EVENTS = 20_000
"""In one file; the viewers grow slow beyond. Each case gets an equal part, from its beginning."""
_WINDOW = 0
"""The lane that shows when the window was open; workers are counted from 1."""


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`. Raises UsageError where nothing was traced."""
    traces = {
        (trial.workload, trial.concurrency, trial.runner): trial.trace
        for trial in run.trials
        if trial.copy == 1 and trial.trace is not None
    }
    cases = [case for case in summary.cases if case.copy == 1 and case.key in traces]
    if not cases:
        raise UsageError("this run has no traces: it is of an older version; measure again")
    events: list[dict[str, Any]] = []
    for number, case in enumerate(cases, start=1):
        events += _named(case, number, traces[case.key])
        events += _ops(traces[case.key], number, MOST_EVENTS // len(cases))
    return json.dumps({"displayTimeUnit": "ns", "traceEvents": events}, separators=(",", ":")) + "\n"


def _named(case: CaseSummary, process: int, trace: Trace) -> Iterator[dict[str, Any]]:
    """The case stands as a process, in the order of the tables, its workers as threads; above them the window."""
    title = f"{case.workload} C={case.concurrency} {case.runner}"
    yield {"ph": "M", "pid": process, "name": "process_name", "args": {"name": title}}
    yield {"ph": "M", "pid": process, "name": "process_sort_index", "args": {"sort_index": process}}
    lanes = {_WINDOW: "window", **{one: f"worker {one}" for one in range(1, len(trace.workers) + 1)}}
    for lane, name in lanes.items():
        yield {"ph": "M", "pid": process, "tid": lane, "name": "thread_name", "args": {"name": name}}
    yield _slice(process, _WINDOW, "window", trace.open_ns, trace.close_ns - trace.open_ns)


def _ops(trace: Trace, process: int, most: int) -> Iterator[dict[str, Any]]:
    """The ops that began first, of all workers together, of each worker in order."""
    found = []
    for lane, (times, failed) in enumerate(zip(trace.workers, trace.failed, strict=True), start=1):
        began_ns = times[0] if times else 0
        for number, duration_ns in enumerate(times[1:]):
            found.append((began_ns, lane, duration_ns, number in failed))
            began_ns += duration_ns
    for began_ns, lane, duration_ns, has_failed in sorted(found)[:most]:
        yield _slice(process, lane, "failed op" if has_failed else "op", began_ns, duration_ns)


def _slice(process: int, lane: int, name: str, began_ns: int, duration_ns: int) -> dict[str, Any]:
    return {"ph": "X", "pid": process, "tid": lane, "name": name, "ts": began_ns / 1e3, "dur": duration_ns / 1e3}
