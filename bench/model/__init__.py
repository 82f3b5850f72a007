"""The nouns, as frozen dataclasses without behaviour of their own. Units are in the names."""

from bench.model.measured import Memory, StoredRun, TrialResult, TurnResult
from bench.model.planned import (
    Absence,
    Contest,
    Contestant,
    Placement,
    Plan,
    Settings,
    Stage,
    Status,
    WorkloadSpec,
)
from bench.model.told import (
    CaseKey,
    CaseSummary,
    Comparison,
    Decision,
    Estimate,
    Finding,
    PairKey,
    Severity,
    Summary,
    Verdict,
)

__all__ = [
    "Absence",
    "CaseKey",
    "CaseSummary",
    "Comparison",
    "Contest",
    "Contestant",
    "Decision",
    "Estimate",
    "Finding",
    "Memory",
    "PairKey",
    "Placement",
    "Plan",
    "Settings",
    "Severity",
    "Stage",
    "Status",
    "StoredRun",
    "Summary",
    "TrialResult",
    "TurnResult",
    "Verdict",
    "WorkloadSpec",
]
