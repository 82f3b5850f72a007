"""The speeds of a trial pass by pass, by two witnesses; shared by findings about pace.

Of two contestants whose ratio moves, the one is named that moves more on its own. A reference made of all of them, such
as their median, would have the many pass their fault on to the few; and what the machine does falls on both of a pair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.judge import passes, stats
from bench.judge.findings._evidence import Evidence
from bench.judge.passes import Pass
from bench.model import CaseSummary

Logs = Mapping[Pass, float]
"""Pass -> natural log of a speed."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The speeds of a case in each block.

    rate: ops per second.
    thrift: ops per second of CPU time, to the power of ``computes``, the share of time in which the case computes: so
        much of it the rate feels. Other programs that take the CPU move the rate and leave this.
    """

    rate: dict[int, Logs]
    thrift: dict[int, Logs]
    computes: float

    def rate_factor(self) -> float:
        """By what factor the rate changes within a block."""
        return float(np.exp(np.mean(changes(self.rate) or [0.0])))

    def cpu_factor(self) -> float:
        """By what factor the CPU time per op changes within a block."""
        return float(np.exp(-np.mean(changes(self.thrift) or [0.0]) / self.computes)) if self.computes else 1.0


def of_case(case: CaseSummary, evidence: Evidence) -> Pace:
    """Both speeds of a case, block by block."""
    rate: dict[int, Logs] = {}
    thrift: dict[int, Logs] = {}
    computes = min(1.0, case.value("cores_used") or 0.0)
    for trial in evidence.trials(case):
        turns = passes.turns(trial)
        rate[trial.block] = {name: float(np.log(t.ops / t.window_s)) for name, t in turns.items() if t.ops > 0}
        thrift[trial.block] = {
            name: computes * float(np.log(t.all_ops / t.cpu_s))
            for name, t in turns.items()
            if t.all_ops and t.cpu_s and t.cpu_s > 0
        }
    return Pace(rate, thrift, computes)


def less(ours: Mapping[int, Logs], theirs: Mapping[int, Logs]) -> dict[int, Logs]:
    """The log ratio of two speeds, in the passes that both have."""
    return {
        block: {name: ours[block][name] - theirs[block][name] for name in ours[block].keys() & theirs[block].keys()}
        for block in ours.keys() & theirs.keys()
    }


def changes(blocks: Mapping[int, Logs]) -> list[float]:
    """From the first third of the passes of each block to its last third."""
    return [_change([logs[name] for name in sorted(logs)]) for logs in blocks.values() if len(logs) > 1]


def _change(logs: Sequence[float]) -> float:
    third = max(1, len(logs) // 3)
    return stats.trimmed_mean(logs[-third:]) - stats.trimmed_mean(logs[:third])
