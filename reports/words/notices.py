"""Findings in groups, for readers: one entry per kind, the gravest first (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.model import Finding

SHOWN = 12
"""Most pieces of evidence listed per kind."""
LONGEST = 300
"""Most characters of one piece of evidence: a failure message can hold a page."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Findings of one kind. more: how many pieces of evidence are not listed."""

    id: str
    severity: str
    evidence: tuple[str, ...]
    more: int
    remedies: tuple[str, ...]
    cases: int


def of(findings: Sequence[Finding]) -> tuple[Notice, ...]:
    """Group by id and severity, in the order in which they come."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.id), []).append(finding)
    return tuple(
        Notice(
            id=name,
            severity=severity,
            evidence=tuple(short(finding.evidence) for finding in group[:SHOWN]),
            more=max(0, len(group) - SHOWN),
            remedies=tuple(dict.fromkeys(finding.remedy for finding in group)),
            cases=len({case for finding in group for case in finding.cases}),
        )
        for (severity, name), group in groups.items()
    )


def short(text: str) -> str:
    """Text cut to what a reader needs."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
