"""The beginning of a turn, op by op, for those who want to see and not only to know (pure)."""

from __future__ import annotations

import numpy as np

from bench.measure.tally import WorkerReads
from bench.model import Trace

MOST_OPS = 1000
"""So many ops of a turn are kept, of all its workers together: enough to see how they take turns, and few kilobytes."""


def trace(workers: list[WorkerReads], open_ns: int, close_ns: int) -> Trace:
    """The first ops of a turn, all workers up to the same moment."""
    ends = np.sort(np.concatenate([worker.ends_ns[1:] for worker in workers]))
    until_ns = int(ends[min(MOST_OPS, ends.size) - 1]) if ends.size else open_ns
    zero_ns = min((int(worker.ends_ns[0]) for worker in workers if worker.ends_ns.size), default=open_ns)
    times, failed = [], []
    for worker in workers:
        kept = worker.ends_ns[: 1 + int((worker.ends_ns[1:] <= until_ns).sum())]
        times.append((*(kept[:1] - zero_ns).tolist(), *np.diff(kept).tolist()))
        failed.append(tuple(np.flatnonzero(np.isin(kept[:-1], worker.failed_starts_ns)).tolist()))
    return Trace(max(open_ns - zero_ns, 0), max(close_ns - zero_ns, 0), tuple(times), tuple(failed))
