"""Every unit of concurrency runs, ends and leaves nothing."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import warnings
from concurrent.futures import Future

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
        with _spawn_blocking.unit(what) as op:
            assert [op(), op()] == [1, 1]

    assert threading.active_count() == before
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("what", FORMS["coroutine"])
def test_a_coroutine_unit_runs_and_ends(what: str) -> None:
    async def main() -> tuple[object, int]:
        return await _spawn_coroutine.op(what)(), len(asyncio.all_tasks())

    assert asyncio.run(main()) == (1, 1)


def test_a_turn_lets_others_run_and_a_coroutine_does_not() -> None:
    async def main(what: str) -> bool:
        ran: list[int] = []
        asyncio.get_running_loop().call_soon(ran.append, 1)
        await _spawn_coroutine.op(what)()
        return bool(ran)

    assert asyncio.run(main("turn"))
    assert not asyncio.run(main("coroutine"))


def test_a_blocking_future_is_set_by_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    setters: list[threading.Thread] = []
    truly = Future.set_result

    def noting(future: Future[int], value: int) -> None:
        setters.append(threading.current_thread())
        truly(future, value)

    monkeypatch.setattr(Future, "set_result", noting)
    with _spawn_blocking.unit("future") as op:
        op()

    assert setters[0] is not threading.current_thread()


def test_a_process_that_fails_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_spawn_blocking, "NOTHING", int)  # it takes no tuple
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)

        with _spawn_blocking.unit("fork") as op:
            assert op() == -1


def test_a_start_method_that_the_platform_lacks_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])

    assert "choose spawn.what=spawn" in Spawn(what="fork").missing("blocking")
    assert Spawn(what="spawn").missing("blocking") == Spawn().missing("blocking") == ""


def test_a_unit_of_one_form_has_no_other() -> None:
    assert spec_of("spawn").forms == ("blocking", "coroutine")
    assert spec_of("spawn", what="task").forms == ("coroutine",)
    assert spec_of("spawn", what="thread").forms == ("blocking",)
