"""Memory that grows with every op: the case held more after its last turn than after its first, in every block.

By then every worker has what it takes once, and the heap has held the clock reads of a turn. Runs stored before this
was read compare with the memory turn, less what both of these may have taken.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import TrialResult

GROWTH_BYTES = 5 * 2**20
GROWTH_BYTES_PER_OP = 64
ONCE_PER_WORKER_BYTES = 2048
READS_BYTES_PER_OP = 64
"""A clock read is an int of 32 bytes and its place in a list that doubles; an interpreter keeps the room for more."""


def find(evidence: Evidence) -> Iterator[Mark]:
    for case in evidence.cases:
        grown, ops = [], 0
        for trial in evidence.trials(case):
            if trial.memory_begin and trial.memory_end:
                grown.append(trial.memory_end.total_bytes - trial.memory_begin.total_bytes)
                ops += sum(turn.all_ops for turn in trial.turns[1:])
            elif trial.memory and trial.memory_end:
                grown.append(trial.memory_end.total_bytes - trial.memory.total_bytes - _taken_once(trial))
                ops += sum(turn.all_ops for turn in trial.turns)
        if not grown or not ops:
            continue
        typical = float(np.median(grown))
        per_op = sum(grown) / ops
        if typical > GROWTH_BYTES and min(grown) > 0 and per_op > GROWTH_BYTES_PER_OP:
            yield Mark(
                "memory-grows",
                "warning",
                case.workload,
                f"{on(case)}: from first to last turn {typical / 2**20:.1f} MiB more, {per_op:,.0f} bytes per op",
                "the op keeps something alive; its memory figure depends on how long it ran",
                (case.key,),
                per_op,
            )


def _taken_once(trial: TrialResult) -> int:
    largest = max((turn.all_ops for turn in trial.turns), default=0)
    return trial.workers * ONCE_PER_WORKER_BYTES + largest * READS_BYTES_PER_OP
