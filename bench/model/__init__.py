"""The nouns, as frozen dataclasses without behaviour of their own. Units are in the names."""

from bench.model.measured import Memory, StoredRun, TrialResult, TurnResult
from bench.model.planned import (
    Absence,
    Contest,
    Contestant,
    Placement,
    Plan,
    Settings,
    Status,
    WorkloadSpec,
)
from bench.model.told import CaseSummary, Comparison, Estimate, Finding, Severity, Summary, Verdict

__all__ = [
    "Absence",
    "CaseSummary",
    "Comparison",
    "Contest",
    "Contestant",
    "Estimate",
    "Finding",
    "Memory",
    "Placement",
    "Plan",
    "Settings",
    "Severity",
    "Status",
    "StoredRun",
    "Summary",
    "TrialResult",
    "TurnResult",
    "Verdict",
    "WorkloadSpec",
]
