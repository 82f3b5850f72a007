"""When ``not-the-runner`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

import pytest

from tests.support.findings import blamed, ids, only, the
from tests.support.synthetic import run, trial

RUNNERS = ("sync", "asyncio", "uvloop")


@pytest.mark.parametrize(
    ("runner", "loop"),
    [
        ("asyncio", "uvloop.Loop"),
        ("asyncio", "uvloop.loop.Loop"),
        ("asyncio", "winloop.loop.Loop"),
        ("uvloop", "asyncio.unix_events._UnixSelectorEventLoop"),
    ],
)
def test_a_row_whose_loop_is_another_is_invalid(runner: str, loop: str) -> None:
    stored = run(only(runner, lambda r, b: trial(r, b, facts={"loop": loop})), runners=RUNNERS)

    assert ids(stored) == {"not-the-runner": "invalid"}
    assert blamed(stored, "not-the-runner") == {runner}
    assert loop in the(stored, "not-the-runner").evidence


@pytest.mark.parametrize(
    ("runner", "loop"),
    [
        ("asyncio", "asyncio.unix_events._UnixSelectorEventLoop"),
        ("asyncio", "asyncio.windows_events.ProactorEventLoop"),
        ("uvloop", "uvloop.Loop"),
        ("trio", "trio.Loop"),
    ],
)
def test_a_row_whose_loop_is_its_own_is_not(runner: str, loop: str) -> None:
    assert ids(run(lambda r, b: trial(r, b, facts={"loop": loop}), runners=(runner,))) == {}


def test_threads_that_are_greenlets_are_no_threads() -> None:
    patched = {"gil": True, "patched": "gevent: threading, socket"}
    stored = run(only("threads", lambda r, b: trial(r, b, facts=patched)))

    assert ids(stored) == {"not-the-runner": "invalid"}
    assert "gevent: threading, socket" in the(stored, "not-the-runner").evidence
    assert "patch nothing" in the(stored, "not-the-runner").remedy
