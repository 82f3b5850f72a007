"""The certificate of ``bench selfcheck``: did the harness find known answers on this machine?

Read from RESULTS/selfcheck/*.json:
``{"created": iso, "fingerprint": {...}, "checks": [{"name", "expected", "measured", "status", "reason"}]}``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.numbers.environment import same

MISSING = "There is no certificate for this machine and Python: `make selfcheck` writes one."


@dataclass(frozen=True, slots=True)
class Check:
    """One known answer and what the harness read. status: ``pass``, ``fail`` or ``not possible here``."""

    name: str
    expected: str
    measured: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """One run of the self-check."""

    created: str
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> str:
        """``11 of 12 checks passed, 1 not possible here``."""
        text = f"{sum(check.status == 'pass' for check in self.checks)} of {len(self.checks)} checks passed"
        for status, words in (
            ("fail", "failed"),
            ("undecided", "undecided"),
            ("not possible here", "not possible here"),
        ):
            number = sum(check.status == status for check in self.checks)
            text += f", {number} {words}" if number else ""
        return text


def newest(results: Path, environment: Mapping[str, Any]) -> Certificate | None:
    """The newest certificate of the machine, Python and library versions of a run; None when there is none."""
    found = [
        certificate
        for path in sorted(results.glob("selfcheck/*.json"))
        if (certificate := _read(path, environment)) is not None
    ]
    return max(found, key=lambda certificate: certificate.created, default=None)


def _read(path: Path, environment: Mapping[str, Any]) -> Certificate | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        fingerprint = data["fingerprint"]
        if not fingerprint or not all(same(value, environment.get(name)) for name, value in fingerprint.items()):
            return None
        return Certificate(str(data["created"]), tuple(_check(check) for check in data["checks"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # a file that is no certificate certifies nothing


def _check(data: Mapping[str, Any]) -> Check:
    return Check(*(str(data.get(name, "")) for name in ("name", "expected", "measured", "status", "reason")))
