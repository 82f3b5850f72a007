"""Findings, grouped and cut to what one reads."""

from __future__ import annotations

from bench.model import Finding
from reports.words import notices


def test_findings_come_in_groups_cut_to_size() -> None:
    found = [Finding("errors", "invalid", "x" * 5000, "mend it", (("nap", 8, "sync"),)) for _ in range(500)]
    (group,) = notices.of([*found])

    assert len(group.evidence) == notices.SHOWN
    assert group.more == 500 - notices.SHOWN
    assert max(map(len, group.evidence)) == notices.LONGEST
    assert group.remedies == ("mend it",)
