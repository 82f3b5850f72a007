"""When ``not-accelerated`` is raised, and when it is not."""

from __future__ import annotations

from tests.support.findings import ids, only, the
from tests.support.synthetic import run, trial


def test_a_client_that_fell_back_to_pure_python_is_named() -> None:
    slow = run(only("asyncio", lambda r, b: trial(r, b, facts={"accelerators": {"a parser": False, "a codec": True}})))

    assert ids(slow) == {"not-accelerated": "warning"}
    assert the(slow, "not-accelerated").evidence == "work on asyncio, C = 1: a parser ran as pure Python, not compiled"


def test_what_is_compiled_and_what_says_nothing_is_not_named() -> None:
    assert ids(run(lambda r, b: trial(r, b, facts={"accelerators": {"a parser": True} if r == "sync" else {}}))) == {}
