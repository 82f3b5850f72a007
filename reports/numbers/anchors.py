"""Names of places on the page that stay the same from run to run: ``http``, ``http-64`` (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

TAKEN = frozenset({
    "answers", "choose", "findings", "noise", "method", "certificate", "environment", "cases", "heat",
    "baseline", "workload", "level", "theme", "tip", "moves",
})  # fmt: skip
"""Names that the page has for itself."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """of: workload -> its section. contests: (workload, concurrency) -> its contest within it."""

    of: dict[str, str]
    contests: dict[tuple[str, int], str]


def given(contests: Iterable[tuple[str, Iterable[int]]]) -> Anchors:
    """A name for each workload and each of its concurrencies, made from nothing else where that is unique.

    Args:
        contests: each workload with its concurrencies.
    """
    listed = [(workload, tuple(levels)) for workload, levels in contests]
    taken = set(TAKEN)
    of = {workload: _free(_slug(workload), taken) for workload, _ in listed}
    return Anchors(
        of,
        {(workload, level): _free(f"{of[workload]}-{level}", taken) for workload, levels in listed for level in levels},
    )


def _slug(text: str) -> str:
    """Letters, digits and underscores, the rest as single hyphens; a letter first, as a selector needs it."""
    slug = re.sub(r"[^\w]+", "-", text).strip("-").lower()
    return slug if slug[:1].isalpha() else f"w-{slug}".rstrip("-")


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken or f"{found}-h" in taken:
        found, number = f"{name}-{number}", number + 1
    taken.add(found)
    return found
