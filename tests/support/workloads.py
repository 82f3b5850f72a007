"""Workloads for tests: ours by name, and files as strangers drop them in."""

from __future__ import annotations

from pathlib import Path

from bench.model import WorkloadSpec
from bench.plan import discovery
from bench.plan.discovery import Catalogue

STRANGERS = Path(__file__).parent / "strangers"


def spec_of(name: str, **parameters: object) -> WorkloadSpec:
    """A workload of ours by name, or a stranger's by file name."""
    file = STRANGERS / name if name.endswith(".py") else discovery.directory() / f"{name}.py"
    (found,) = discovery.in_file(file)
    sets = {found.name: {key: [str(value)] for key, value in parameters.items()}} if parameters else {}
    return discovery.specs(Catalogue({found.name: found}, {}), [found.name], sets)[0]
