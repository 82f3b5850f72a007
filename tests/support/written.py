"""Workload files that a test writes: their source in parts, and what discovery finds in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.model import WorkloadSpec
from bench.plan import discovery
from bench.plan.discovery import Catalogue
from bench.plan.modules import Found

HEAD = """
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal
from bench import Between, Workload
"""
BLOCKING = """
    @contextmanager
    def blocking(self, ctx):
        yield lambda: None
"""
COROUTINE = """
    @asynccontextmanager
    async def coroutine(self, ctx):
        yield lambda: None
"""
PARAMETERS = '''
    """Does one thing.

    More about it: not a parameter.

    Parameters:
        count: how many.
        share: of what.
        other: is none.
    """
    count: int = 3
    share: float = 0.5
    on: bool = False
    text: str = "plain"
'''
DECLARED = "\n@dataclass(frozen=True)\nclass {name}(Workload):\n    pass\n"
GOOD = HEAD + DECLARED.format(name="Good") + PARAMETERS + BLOCKING + COROUTINE


def written(directory: Path, source: str, name: str = "mine.py") -> Path:
    """A file of that source."""
    path = directory / name
    path.write_text(source, encoding="utf-8")
    return path


def found_in(path: Path) -> list[Found]:
    """The workloads of a file, in the order in which it defines them."""
    return discovery.in_file(path)


def only(path: Path) -> Found:
    """The workload of a file that defines one."""
    (found,) = found_in(path)
    return found


def specs_of(path: Path, sets: Mapping[str, Sequence[str]] | None = None) -> tuple[WorkloadSpec, ...]:
    """The specifications of a file's only workload, with these ``--set`` values."""
    found = only(path)
    return discovery.specs(Catalogue({found.name: found}, {}), [found.name], {found.name: sets} if sets else {})
