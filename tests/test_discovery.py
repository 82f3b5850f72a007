"""Finding workloads in files, saying what is wrong with a bad one, and typing what ``--set`` was given."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from bench import discovery
from bench.discovery import Catalogue, Found
from bench.errors import UsageError, WorkloadError
from bench.model import WorkloadSpec

HEAD = """
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from bench import Workload
"""
FORMS = '''
    @contextmanager
    def blocking(self, ctx):
        yield lambda: None

    @asynccontextmanager
    async def coroutine(self, ctx):
        yield lambda: None
'''  # fmt: skip
GOOD = HEAD + '''
@dataclass(frozen=True)
class Good(Workload):
    """Does one thing.

    More about it.

    Parameters:
        count: how many.
        share: of what.
    """
    count: int = 3
    share: float = 0.5
    on: bool = False
    text: str = "plain"
''' + FORMS  # fmt: skip


@pytest.fixture(autouse=True)
def _no_module_stays() -> Iterator[None]:
    """Modules of files that tests wrote are forgotten, as two tests may give theirs the same name."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a workload file."""

    def written(source: str, name: str = "mine.py") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        return path

    return written  # type: ignore[return-value]  # the name has a default


def found_in(path: Path) -> list[Found]:
    return discovery.in_file(path, path.stem)


def only(path: Path) -> Found:
    (found,) = found_in(path)
    return found


def specs_of(path: Path, sets: Mapping[str, Sequence[str]] | None = None) -> tuple[WorkloadSpec, ...]:
    found = only(path)
    return discovery.specs(Catalogue({found.name: found}, {}), [found.name], {found.name: sets} if sets else {})


class TestGoodFile:
    def test_a_workload_has_the_name_of_its_file(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.py"
        path.write_text(GOOD)

        found = only(path)

        assert (found.name, found.file, found.cls.__name__) == ("mine", path, "Good")
        assert found.summary == "Does one thing."

    def test_its_parameters_are_its_fields_with_their_defaults(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.py"
        path.write_text(GOOD)

        found = only(path)

        assert found.parameters() == {"count": 3, "share": 0.5, "on": False, "text": "plain"}
        assert found.parameter_docs() == {"count": "how many.", "share": "of what."}
