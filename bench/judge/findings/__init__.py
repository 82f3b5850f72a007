"""What a reader must know about a number (pure): id, severity, evidence in figures, and a remedy.

``invalid`` withholds the verdicts of the cases it touches; ``warning`` and ``info`` stand beside them. Each detector is
a function from `Evidence` to marks on cases; marks of one kind on one workload become one finding, told by the gravest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bench.judge.findings import bimodal, noisy_machine, timer_too_coarse, unequal_work
from bench.judge.findings._evidence import Evidence, Mark
from bench.model import CaseSummary, Comparison, Finding, StoredRun

DETECTORS: tuple[Callable[[Evidence], Iterable[Mark]], ...] = (
    unequal_work.errors,
    unequal_work.unequal_work,
    unequal_work.concurrency_not_reached,
    unequal_work.starved_workers,
    unequal_work.too_few_ops,
    unequal_work.different_libraries,
    timer_too_coarse.harness_bound,
    timer_too_coarse.server_bound,
    timer_too_coarse.event_loop_blocked,
    timer_too_coarse.timer_too_coarse,
    bimodal.drifting,
    bimodal.bimodal,
    bimodal.stalls,
    noisy_machine.noisy_machine,
    noisy_machine.below_noise_floor,
    noisy_machine.swap_or_limits,
    noisy_machine.gil_reenabled,
    noisy_machine.memory_not_measured,
    noisy_machine.memory_grows,
    noisy_machine.trial_lost,
)

_GRAVITY = {"invalid": 0, "warning": 1, "info": 2}


def find(run: StoredRun, cases: Sequence[CaseSummary], comparisons: Sequence[Comparison]) -> list[Finding]:
    """All findings of a run, the gravest first."""
    evidence = Evidence(run, cases, comparisons)
    groups: dict[tuple[str, str, str], list[Mark]] = {}
    for detector in DETECTORS:
        for mark in detector(evidence):
            groups.setdefault((mark.id, mark.severity, mark.workload), []).append(mark)
    return sorted(map(_finding, groups.values()), key=lambda finding: _GRAVITY[finding.severity])


def _finding(marks: Sequence[Mark]) -> Finding:
    worst = max(marks, key=lambda mark: mark.weight)
    keys = tuple(dict.fromkeys(key for mark in marks for key in mark.cases))
    more = len({key for key in keys if key not in worst.cases})
    also = f" (and {more} more case{'s' if more > 1 else ''} of {worst.workload})" if more and worst.workload else ""
    return Finding(worst.id, worst.severity, worst.evidence + also, worst.remedy, keys)
