"""Signals come to this very process and are let in only where nothing is half done."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from types import FrameType

import pytest

from bench.process import interrupts
from bench.process.interrupts import SIGNALS


@pytest.fixture(autouse=True)
def before() -> Iterator[None]:
    """Handlers as any program could have them are there again after every test."""
    kept = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def come(number: int = signal.SIGINT) -> None:
    """Let a signal come now; Python runs its handler before the next line."""
    os.kill(os.getpid(), number)


def waits(*scopes: AbstractContextManager[None], number: int = signal.SIGINT) -> list[str]:
    """What is done in these scopes when a signal comes in the middle, and how it ended."""
    steps: list[str] = []
    try:
        with ExitStack() as stack:
            for scope in scopes:
                stack.enter_context(scope)
            steps.append("before")
            come(number)
            steps.append("after")
    except KeyboardInterrupt:
        steps.append("interrupted")
    return steps


@pytest.mark.parametrize("number", SIGNALS)
def test_what_comes_between_waits_is_raised_at_the_next_wait_and_nothing_is_torn(number: int) -> None:
    @interrupts.deferred()
    def run() -> None:
        assert waits(number=number) == ["before", "after"]
        assert waits(interrupts.admitted()) == ["interrupted"]

    run()


@pytest.mark.parametrize("number", SIGNALS)
def test_what_comes_in_a_wait_ends_it(number: int) -> None:
    assert waits(interrupts.deferred(), interrupts.admitted(), number=number) == ["before", "interrupted"]


def test_one_that_comes_with_no_wait_is_raised_at_the_end() -> None:
    assert waits(interrupts.deferred()) == ["before", "after", "interrupted"]


def test_it_is_raised_once_and_what_comes_during_the_clean_up_is_ignored() -> None:
    @interrupts.deferred()
    def run() -> None:
        assert waits(interrupts.admitted()) == ["before", "interrupted"]
        assert waits(number=signal.SIGTERM) == ["before", "after"]
        assert waits(interrupts.admitted(), number=signal.SIGHUP) == ["before", "after"]

    run()


def test_after_the_clean_up_a_further_signal_ends_what_follows() -> None:
    @interrupts.deferred()
    def run() -> None:
        for _ in range(3):
            assert waits(interrupts.admitted()) == ["before", "interrupted"]
            interrupts.readmit()

    run()


def test_what_came_during_the_clean_up_is_forgotten_after_it() -> None:
    @interrupts.deferred()
    def run() -> None:
        come()
        interrupts.readmit()
        with interrupts.admitted():
            pass

    run()


def test_a_shield_keeps_signals_out_of_waits_until_it_is_lowered() -> None:
    @interrupts.deferred()
    def run() -> None:
        scopes = (interrupts.shielded(), interrupts.shielded(), interrupts.admitted())
        assert waits(*scopes) == ["before", "after"]
        assert waits(interrupts.admitted()) == ["interrupted"]

    run()


def test_a_shield_inside_a_wait_holds() -> None:
    scopes = (interrupts.deferred(), interrupts.admitted(), interrupts.shielded())

    assert waits(*scopes) == ["before", "after", "interrupted"]


def test_no_wait_stays_open_behind_one_that_was_ended() -> None:
    @interrupts.deferred()
    def run() -> None:
        assert waits(interrupts.admitted()) == ["before", "interrupted"]
        interrupts.readmit()
        assert waits() == ["before", "after"]
        interrupts.readmit()

    run()


@pytest.mark.parametrize("number", SIGNALS)
def test_one_that_the_shell_ignores_stays_ignored(number: int) -> None:
    signal.signal(number, signal.SIG_IGN)  # as nohup does
    scopes = (interrupts.until_the_end(), interrupts.deferred(), interrupts.admitted())

    assert waits(*scopes, number=number) == ["before", "after"]
    assert signal.getsignal(number) is signal.SIG_IGN


@pytest.mark.parametrize("number", SIGNALS)
def test_a_command_ends_by_any_of_them_as_by_ctrl_c(number: int) -> None:
    assert waits(interrupts.until_the_end(), number=number) == ["before", "interrupted"]


def test_outside_of_deferred_every_place_is_a_wait() -> None:
    assert waits(interrupts.until_the_end(), interrupts.admitted()) == ["before", "interrupted"]


@pytest.mark.parametrize("ending", [KeyboardInterrupt, ValueError, None])
def test_handlers_are_restored_whatever_happened(ending: type[BaseException] | None) -> None:
    came = []

    def mine(number: int, frame: FrameType | None) -> None:
        came.append(number)

    for number in SIGNALS:
        signal.signal(number, mine)
    try:
        with interrupts.deferred():
            if ending:
                raise ending
    except (KeyboardInterrupt, ValueError):
        pass
    for number in SIGNALS:
        come(number)

    assert came == [*SIGNALS]


def test_after_what_was_deferred_a_command_ends_at_once_and_after_its_end_nothing_does() -> None:
    @interrupts.until_the_end()
    def run() -> None:
        with interrupts.deferred():
            pass
        assert waits() == ["before", "interrupted"]

    run()
    for number in SIGNALS:
        assert waits(number=number) == ["before", "after"]


def test_a_place_that_admits_ends_what_is_done_only_if_a_signal_has_come() -> None:
    @interrupts.deferred()
    def run() -> None:
        interrupts.admit()
        come()
        with pytest.raises(KeyboardInterrupt):
            interrupts.admit()

    run()
