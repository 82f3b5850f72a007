"""From raw clock reads to the numbers of one turn (pure).

An op that straddles an edge of the window counts by the share of its duration that lies inside. In a steady state
that is exactly unbiased whatever the op's length, in step or out of step, and for workers that run in bursts; the two
obvious estimators (ops ended / window, and each worker's rate between its own completions) are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench import histogram
from bench.histogram import Histogram

Ns = npt.NDArray[np.int64]

_EARLY_SLACK_NS = 50_000  # a sleep of 5 ms may read 4.95 ms: two clocks are involved


@dataclass(frozen=True, slots=True)
class WorkerReads:
    """One worker's record of a turn: its start followed by the end of each op, and the starts of failed ops."""

    ends_ns: Ns
    failed_starts_ns: Ns


@dataclass(frozen=True, slots=True)
class Tally:
    """What one turn amounts to; see `model.TurnResult` for the meaning of each number."""

    ops: float
    completed: int
    errors: int
    all_ops: int
    op_time_s: float
    latency_sum_s: float
    latency_max_s: float
    late_workers: int
    early: int
    fairness: float
    least_ops: int
    most_ops: int
    latency: Histogram


def unpack(header: dict[str, list[int]], payload: bytes) -> list[WorkerReads]:
    """The inverse of `bench.trial.recorder.pack`.

    Raises:
        ValueError: the sizes in the header are not those of the payload.
    """
    numbers = np.frombuffer(payload, dtype=np.int64)
    workers, at = [], 0
    for ends, failed in zip(header["ends"], header["failed"], strict=True):
        if min(ends, failed) < 0:
            raise ValueError("a record of negative size")
        workers.append(WorkerReads(numbers[at : at + ends], numbers[at + ends : at + ends + failed]))
        at += ends + failed
    if at != numbers.size:
        raise ValueError(f"{numbers.size} numbers where {at} were announced")
    return workers


def tally(workers: list[WorkerReads], open_ns: int, close_ns: int, *, least_latency_s: float = 0.0) -> Tally:
    """Credit every op to the window ``open_ns`` to ``close_ns``."""
    starts = np.concatenate([w.ends_ns[:-1] for w in workers])
    ends = np.concatenate([w.ends_ns[1:] for w in workers])
    failed = np.concatenate([_failed(w) for w in workers])
    durations = ends - starts
    inside = np.minimum(ends, close_ns) - np.maximum(starts, open_ns)
    shares = np.clip(inside, 0, None) / np.maximum(durations, 1)
    in_window = (ends > open_ns) & (ends <= close_ns)
    shares[(durations == 0) & in_window] = 1.0  # ended within one tick of the clock
    good = in_window & ~failed
    latencies = durations[good]
    per_worker = _per_worker(workers, in_window)
    return Tally(
        ops=float(shares[~failed].sum()),
        completed=int(in_window.sum()),
        errors=int((in_window & failed).sum()),
        all_ops=int(durations.size),
        op_time_s=float(np.clip(inside, 0, None)[~failed].sum()) / 1e9,
        latency_sum_s=float(latencies.sum()) / 1e9,
        latency_max_s=float(latencies.max(initial=0)) / 1e9,
        late_workers=sum(1 for w in workers if w.ends_ns.size > 1 and w.ends_ns[1] > close_ns),
        early=int((durations[~failed] < least_latency_s * 1e9 - _EARLY_SLACK_NS).sum()),
        fairness=jain(np.array([w.ends_ns.size - 1 for w in workers], dtype=np.int64)),
        least_ops=int(per_worker.min()),
        most_ops=int(per_worker.max()),
        latency=histogram.count(latencies),
    )


def _failed(worker: WorkerReads) -> npt.NDArray[np.bool_]:
    """Which of its ops failed."""
    starts = worker.ends_ns[:-1]
    return np.isin(starts, worker.failed_starts_ns) if worker.failed_starts_ns.size else np.zeros(starts.size, np.bool_)


def _per_worker(workers: list[WorkerReads], in_window: npt.NDArray[np.bool_]) -> Ns:
    sizes = [w.ends_ns.size - 1 for w in workers]
    return np.array([part.sum() for part in np.split(in_window, np.cumsum(sizes)[:-1])], dtype=np.int64)


def jain(ops: Ns) -> float:
    """Jain's fairness index of the workers' ops: 1 when all did the same, 1/n when one did all (Jain et al. 1984)."""
    squares = float((ops.astype(np.float64) ** 2).sum())
    return float(ops.sum()) ** 2 / (ops.size * squares) if squares else 1.0
