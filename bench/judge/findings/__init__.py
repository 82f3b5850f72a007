"""What a reader must know about a number (pure): one finding per file; a file dropped in here is found by its name.

Each file holds its thresholds and ``find(evidence) -> Iterator[Mark]``. A mark has an id, a severity, evidence in
figures and a remedy. ``invalid`` withholds the verdicts of the cases it touches; ``warning`` and ``info`` stand beside
them. Marks of one kind on one workload become one finding, told by the gravest. A file named ``_name.py`` is shared
code.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from bench.judge.findings._evidence import Evidence, Mark
from bench.model import CaseSummary, Comparison, Finding, StoredRun

_GRAVITY = {"invalid": 0, "warning": 1, "info": 2}


class Detector(Protocol):
    """One finding's file."""

    def find(self, evidence: Evidence) -> Iterator[Mark]:
        """Look for it; a pure function of the evidence."""


def names() -> list[str]:
    """Names of all files that hold a finding."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))


def load(name: str) -> Detector:
    """Import one finding's file."""
    return cast("Detector", importlib.import_module(f"{__name__}.{name}"))


def find(run: StoredRun, cases: Sequence[CaseSummary], comparisons: Sequence[Comparison]) -> list[Finding]:
    """All findings of a run, the gravest first, then by id and in the order of the contests."""
    evidence = Evidence(run, cases, comparisons)
    groups: dict[tuple[str, str, str], list[Mark]] = {}
    for name in names():
        for mark in load(name).find(evidence):
            groups.setdefault((mark.id, mark.severity, mark.workload), []).append(mark)
    return sorted(map(_finding, groups.values()), key=lambda finding: (_GRAVITY[finding.severity], finding.id))


def _finding(marks: Sequence[Mark]) -> Finding:
    worst = max(marks, key=lambda mark: mark.weight)
    keys = tuple(dict.fromkeys(key for mark in marks for key in mark.cases))
    more = len({key for key in keys if key not in worst.cases})
    also = f" (and {more} more case{'s' if more > 1 else ''} of {worst.workload})" if more and worst.workload else ""
    pairs = tuple(dict.fromkeys(pair for mark in marks for pair in mark.pairs)) if all(m.pairs for m in marks) else ()
    return Finding(worst.id, worst.severity, worst.evidence + also, worst.remedy, keys, pairs)
