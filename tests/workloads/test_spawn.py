"""Every unit of concurrency runs, ends and leaves nothing."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import warnings

import pytest

from tests.support.workloads import spec_of
from workloads import _spawn_blocking, _spawn_coroutine
from workloads.spawn import FORMS, Spawn

METHODS = multiprocessing.get_all_start_methods()


@pytest.mark.parametrize("what", FORMS["blocking"])
def test_a_blocking_unit_runs_and_is_joined(what: str) -> None:
    if what in {"fork", "forkserver", "spawn"} and what not in METHODS:
        pytest.skip(f"this platform starts no process by {what}")
    before = threading.active_count()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside the threads of the tests
        assert _spawn_blocking.op(what)() == 1

    assert threading.active_count() == before
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("what", FORMS["coroutine"])
def test_a_coroutine_unit_runs_and_ends(what: str) -> None:
    async def main() -> tuple[object, int]:
        return await _spawn_coroutine.op(what)(), len(asyncio.all_tasks())

    assert asyncio.run(main()) == (1, 1)


def test_a_process_that_fails_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_spawn_blocking, "NOTHING", int)  # it takes no tuple
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)

        assert _spawn_blocking.op("fork")() == -1


def test_a_start_method_that_the_platform_lacks_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])

    assert "choose spawn.what=spawn" in Spawn(what="fork").missing("blocking")
    assert Spawn(what="spawn").missing("blocking") == Spawn().missing("blocking") == ""


def test_a_unit_of_one_form_has_no_other() -> None:
    assert spec_of("spawn").forms == ("blocking", "coroutine")
    assert spec_of("spawn", what="task").forms == ("coroutine",)
    assert spec_of("spawn", what="thread").forms == ("blocking",)
