"""Every idiom does all its waits, and as many at a time as it says."""

from __future__ import annotations

import asyncio
import sys
import threading
import time

import pytest

from tests.support.workloads import spec_of
from workloads import _idioms_blocking, _idioms_coroutine
from workloads._idioms_waits import Waits
from workloads.idioms import FORMS

WAITS = Waits(number=12, at_once=3, wait_s=0.001)
UNLIMITED = {"gather", "as_completed", "eager"}
IN_PROCESSES = {"processes", "processes-chunked"}


class Counted:
    """How many are inside at a time."""

    def __init__(self) -> None:
        self.inside = self.most = self.all = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.inside += 1
            self.all += 1
            self.most = max(self.most, self.inside)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.inside -= 1


def test_the_table_of_forms_names_what_there_is() -> None:
    assert {"blocking": tuple(_idioms_blocking.IDIOMS), "coroutine": tuple(_idioms_coroutine.IDIOMS)} == FORMS


@pytest.mark.parametrize("idiom", FORMS["blocking"])
def test_a_blocking_idiom_does_all_its_waits(idiom: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted, sleep = Counted(), time.sleep

    def wait(seconds: float) -> None:
        with counted:
            sleep(seconds)

    if idiom not in IN_PROCESSES:  # what happens there is not seen from here
        monkeypatch.setattr(time, "sleep", wait)
    with _idioms_blocking.IDIOMS[idiom](WAITS) as op:
        assert op() == WAITS.number

    if idiom not in IN_PROCESSES:
        assert counted.all == WAITS.number
        assert counted.most <= WAITS.at_once


@pytest.mark.parametrize("idiom", FORMS["coroutine"])
def test_a_coroutine_idiom_does_all_its_waits(idiom: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if idiom == "eager" and sys.version_info < (3, 12):
        pytest.skip("eager tasks need Python 3.12")
    counted, sleep, async_sleep = Counted(), time.sleep, asyncio.sleep

    async def wait(seconds: float) -> None:
        with counted:
            await async_sleep(seconds)

    def wait_in_thread(seconds: float) -> None:
        with counted:
            sleep(seconds)

    async def main() -> int:
        with _idioms_coroutine.executor(WAITS.at_once if idiom == "to_thread" else 0):
            return await _idioms_coroutine.IDIOMS[idiom](WAITS)

    monkeypatch.setattr(asyncio, "sleep", wait)
    monkeypatch.setattr(time, "sleep", wait_in_thread)

    assert asyncio.run(main()) == WAITS.number
    assert counted.all == WAITS.number
    if idiom in UNLIMITED:
        assert counted.most == WAITS.number
    else:
        assert counted.most <= WAITS.at_once


def test_an_idiom_of_one_form_has_no_other() -> None:
    assert spec_of("idioms").forms == ("blocking", "coroutine")
    assert spec_of("idioms", idiom="gather").forms == ("coroutine",)
    assert spec_of("idioms", idiom="submit").forms == ("blocking",)
