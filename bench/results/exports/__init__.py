"""What a run is exported as. One file per format; a file dropped in here is found by its name.

Each file has a docstring whose first line says what it is for, and ``write(run, summary)``, which gives the whole text,
or bytes, or the texts of several files by name where the format has one file per case.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Protocol, cast

from bench.model import StoredRun, Summary

Written = str | bytes | Mapping[str, str]


class Export(Protocol):
    """One format's file."""

    @staticmethod
    def write(run: StoredRun, summary: Summary) -> Written:
        """The run in this format."""


def names() -> list[str]:
    """All formats, by the name of their file with dashes; one that begins with ``_`` is shared code."""
    return sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(__path__) if info.name[0] != "_")


def load(name: str) -> Export:
    """Import one format's file."""
    return cast("Export", importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))
