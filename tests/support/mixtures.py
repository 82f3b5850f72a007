"""A run of workloads that wait and compute in known shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reports.numbers.index import Index
from tests.support import runs
from tests.support.runs import Shape

MIXED: Mapping[str, Mapping[str, Any]] = {
    "waits": {"wait_ms": 5, "burn_us": 50, "hog": False},
    "computes": {"wait_ms": 5, "burn_us": 5000, "hog": False},
}


ALL = Shape(workloads=("waits", "computes", "mine"), levels=(1, 8))


def index_of(directory: Path, shape: Shape = ALL, mixed: Mapping[str, Mapping[str, Any]] = MIXED) -> Index:
    """A run in which these workloads are mixed ones; every even one waits, every odd one computes."""
    index = runs.indexed(directory, shape)
    specs = tuple(
        replace(spec, name="mixed", parameters=dict(mixed[spec.label])) if spec.label in mixed else spec
        for spec in index.stored.plan.workloads
    )
    return replace(index, stored=replace(index.stored, plan=replace(index.stored.plan, workloads=specs)))
