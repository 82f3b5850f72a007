"""What workers note while they run: clock reads by hand, or of ops that follow each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bench.measure.tally import WorkerReads

Ns = npt.NDArray[np.int64]


def worker(*reads_ns: int, failed: Sequence[int] = ()) -> WorkerReads:
    """A worker that started at the first read and ended an op at each of the others."""
    return WorkerReads(np.array(reads_ns, dtype=np.int64), np.array(failed, dtype=np.int64))


def back_to_back(start_ns: int, durations_ns: Sequence[int] | Ns) -> WorkerReads:
    """A worker whose ops took so long, each from the end of the one before."""
    reads_ns = np.cumsum(np.concatenate([[start_ns], np.asarray(durations_ns, dtype=np.int64)]))
    return WorkerReads(reads_ns, np.array([], dtype=np.int64))
