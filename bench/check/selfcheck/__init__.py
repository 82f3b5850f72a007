"""Measure things whose truth is known, on this machine, with the engine that measures everything else.

Each check says what was expected, what was measured, and pass, fail or not possible here, with the reason. The
certificate is stored below ``results/selfcheck/``; the report shows the newest of the same machine and versions.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.check.selfcheck import cost, harness, hidden, speed
from bench.check.selfcheck.check import Check, Experimenter
from bench.machine import facts

FOLDER = "selfcheck"

PARTS: tuple[Callable[[Experimenter], Iterable[Check]], ...] = (
    harness.clock,
    cost.memory,
    speed.known_speeds,
    speed.known_times,
    speed.known_mixture,
    cost.cpu,
    hidden.shared_memory,
    hidden.late_memory,
    hidden.parked,
    hidden.forked_server,
    hidden.hidden_pool,
    harness.recorder,
    harness.sampling,
    harness.quiet,
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was checked, where and when."""

    created: str
    fingerprint: dict[str, Any]
    checks: tuple[Check, ...]

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.checks if check.status == "fail"]

    @property
    def undecided(self) -> list[Check]:
        return [check for check in self.checks if check.status == "undecided"]


def examine(results: Path, tell: Callable[[Check], None]) -> Certificate:
    """Run every check; ``tell`` is called as each is done. Some two minutes, more where noise asks for longer looks."""
    certified = fingerprint(results)
    checks: list[Check] = []
    with Experimenter() as experimenter:
        for part in PARTS:
            for check in part(experimenter):
                tell(check)
                checks.append(check)
    return Certificate(datetime.now(UTC).isoformat(timespec="seconds"), certified, tuple(checks))


def fingerprint(results: Path) -> dict[str, Any]:
    """The machine, Python and library versions that a certificate is good for."""
    environment = facts.environment(results, ["uvloop", "aiohttp", "urllib3", "numpy", "scipy"])
    return {key: environment[key] for key in facts.FINGERPRINT}


def store(certificate: Certificate, results: Path) -> Path:
    """Write a certificate below ``results`` and return its path."""
    folder = results / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{certificate.created.replace(':', '').replace('+0000', 'Z')}.json"
    path.write_text(json.dumps(asdict(certificate), indent=1) + os.linesep, encoding="utf-8")
    return path
