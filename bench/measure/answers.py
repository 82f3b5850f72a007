"""What a workload's process says of itself and of its turns, read with suspicion (pure).

Its code is a stranger's: it may write into our channel, or replace what is ours. What makes no sense is an error here,
which puts that process out, and never one later, when nobody knows any more who said it. Every function raises
KeyError, TypeError or ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.measure.tally import WorkerReads, unpack
from bench.trial.channel import Message

_TIMES = ("launch_s", "open_s")


def facts(told: Message) -> dict[str, Any]:
    """How it was loaded or opened."""
    times = {name: seconds(told[name]) for name in _TIMES if name in told}
    found = {str(part): bool(here) for part, here in dict(told.get("accelerators", {})).items()}
    return {**told, **times, "code": code(told), "accelerators": found}


def code(told: Message) -> dict[str, str]:
    """The modules it has imported: name -> hash."""
    return {str(name): str(sha256) for name, sha256 in dict(told["code"]).items()}


def pids(told: Message, name: str) -> set[int]:
    """Processes of its own; none when it does not say."""
    return {_whole(pid) for pid in told.get(name, ())}


def seconds(value: object) -> float:
    """A length of time."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{value!r} is no length of time")
    return float(value)


def batch(told: Message, reads: Sequence[WorkerReads], ops: int) -> tuple[int, int]:
    """When a batch of so many ops began, and when the last of them had ended."""
    done = sum(one.ends_ns.size - 1 for one in reads)
    if done != ops:
        raise ValueError(f"a batch of {done} ops where {ops} were ordered")
    start_ns, end_ns = _whole(told["start_ns"]), max(int(one.ends_ns[-1]) for one in reads)
    if end_ns <= start_ns:
        raise ValueError("a batch that took no time")
    return start_ns, end_ns


def window(told: Message, ordered_ns: int) -> tuple[int, int]:
    """When the window of a turn opened and closed."""
    open_ns, close_ns = _whole(told["open_ns"]), _whole(told["close_ns"])
    if close_ns - open_ns != ordered_ns:
        raise ValueError(f"a window of {close_ns - open_ns} ns where {ordered_ns} ns were ordered")
    return open_ns, close_ns


def record(header: Message, payload: bytes, least_ops: int = 1) -> list[WorkerReads]:
    """Every worker's record of a timed turn: so many ops at least, and time that goes forward."""
    reads = unpack(header, payload)
    if not reads:
        raise ValueError("a record of no worker")
    for one in reads:
        if one.ends_ns.size <= least_ops:
            raise ValueError("a worker without an op")
        if (np.diff(one.ends_ns) < 0).any() or one.ends_ns[0] < 0:
            raise ValueError("a record in which time goes backwards")
    return reads


def lateness_ns(header: Message) -> list[int]:
    """How late each tick of a lag turn was."""
    late = [_whole(one) for one in header["lateness_ns"]]
    if min(late, default=0) < 0:
        raise ValueError("a tick before its time")
    return late


def counts(told: Message, name: str) -> dict[str, int]:
    """Names with how many there were, as of failures or of requests."""
    counted = {str(what): _whole(number) for what, number in dict(told[name]).items()}
    if min(counted.values(), default=0) < 0:
        raise ValueError(f"{counted!r:.60} has fewer than none")
    return counted


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r:.60} is no whole number")
    return value
