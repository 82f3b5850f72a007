"""Workloads for tests: ours by name, and files as strangers drop them in."""

from __future__ import annotations

from pathlib import Path

from bench.model import WorkloadSpec
from bench.plan import discovery

STRANGERS = Path(__file__).parent / "strangers"


def spec_of(name: str, **parameters: object) -> WorkloadSpec:
    """A workload of ours by name, or a stranger's by file name."""
    file = STRANGERS / name
    catalogue = discovery.discover([file] if name.endswith(".py") else [])
    wanted = file.stem if name.endswith(".py") else name
    sets = {wanted: {key: [str(value)] for key, value in parameters.items()}} if parameters else {}
    return discovery.specs(catalogue, [wanted], sets)[0]
