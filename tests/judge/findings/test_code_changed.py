"""When ``code-changed`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench.model import StoredRun
from tests.support.findings import ids, the, verdicts
from tests.support.synthetic import run, trial


def of(version: Callable[[str, int], dict[str, str] | None]) -> StoredRun:
    def facts(runner: str, block: int) -> dict[str, object]:
        code = version(runner, block)
        return {"gil": True} | ({"code": code} if code is not None else {})

    return run(lambda r, b: trial(r, b, facts=facts(r, b)))


@pytest.mark.parametrize(
    "version",
    [
        lambda r, b: {"/home/me/proj/tool.py": "new" if b >= 3 else "old"},
        lambda r, b: {"/home/me/proj/tool.py": "new" if b >= 3 and r == "threads" else "old"},
    ],
    ids=["between blocks", "between runners"],
)
def test_a_file_that_changed_while_the_run_lasted_voids_the_workload(
    version: Callable[[str, int], dict[str, str]],
) -> None:
    stored = of(version)

    assert ids(stored) == {"code-changed": "invalid"}
    assert "proj/tool.py was measured in 2 versions" in the(stored, "code-changed").evidence
    assert "from block 4 on" in the(stored, "code-changed").evidence
    assert set(verdicts(stored).values()) == {None}


@pytest.mark.parametrize(
    "version",
    [
        lambda r, b: {"/home/me/tool.py": "same"},
        lambda r, b: {f"/home/me/{r}.py": r},
        lambda r, b: {"/home/me/tool.py": "same"} if r == "sync" else {},
        lambda r, b: None,
    ],
    ids=["all alike", "each imports another file", "only one imports it", "not told"],
)
def test_the_same_code_is_nothing_whoever_imports_it(version: Callable[[str, int], dict[str, str] | None]) -> None:
    assert ids(of(version)) == {}
