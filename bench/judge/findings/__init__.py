"""What a reader must know about a number (pure): id, severity, evidence in figures, and a remedy.

``invalid`` withholds the verdicts of the cases it touches; ``warning`` and ``info`` stand beside them. Each detector is
a function from `Evidence` to marks on cases; marks of one kind on one workload become one finding, told by the gravest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bench.judge.findings import load, machine, pace, work
from bench.judge.findings.evidence import Evidence, Mark
from bench.model import CaseSummary, Comparison, Finding, StoredRun

DETECTORS: tuple[Callable[[Evidence], Iterable[Mark]], ...] = (
    work.errors,
    work.unequal_work,
    work.concurrency_not_reached,
    work.starved_workers,
    work.too_few_ops,
    work.different_libraries,
    load.harness_bound,
    load.server_bound,
    load.event_loop_blocked,
    load.timer_too_coarse,
    pace.drifting,
    pace.bimodal,
    pace.stalls,
    machine.noisy_machine,
    machine.below_noise_floor,
    machine.swap_or_limits,
    machine.gil_reenabled,
    machine.memory_not_measured,
    machine.memory_grows,
    machine.trial_lost,
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
