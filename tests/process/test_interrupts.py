"""Signals come to this very process and are let in only where nothing is half done."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from bench.process import interrupts
from bench.process.interrupts import SIGNALS


@pytest.fixture(autouse=True)
def before() -> Iterator[dict[int, object]]:
    """Handlers as any program could have them; they are there again after every test."""
    kept = {number: signal.getsignal(number) for number in SIGNALS}
    yield kept
    for number, handler in kept.items():
        signal.signal(number, handler)  # type: ignore[arg-type]


def come(number: int = signal.SIGINT) -> None:
    """Let a signal come now; Python runs its handler before the next line."""
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", SIGNALS)
def test_what_comes_between_waits_is_raised_at_the_next_wait_and_nothing_is_torn(number: int) -> None:
    steps = []
    with pytest.raises(KeyboardInterrupt), interrupts.deferred():
        come(number)
        steps.append("half of it")
        steps.append("the other half")
        with interrupts.admitted():
            steps.append("never waited")

    assert steps == ["half of it", "the other half"]


@pytest.mark.parametrize("number", SIGNALS)
def test_what_comes_in_a_wait_ends_it(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), interrupts.deferred(), interrupts.admitted():
        come(number)
        pytest.fail("the wait went on")


def test_one_that_comes_with_no_wait_is_raised_at_the_end() -> None:
    steps = []
    with pytest.raises(KeyboardInterrupt), interrupts.deferred():
        come()
        steps.append("to the end")

    assert steps == ["to the end"]


def test_it_is_raised_once_and_what_comes_during_the_clean_up_is_ignored() -> None:
    cleaned = []

    def run() -> None:
        try:
            with interrupts.admitted():
                come()
        finally:
            come(signal.SIGTERM)
            with interrupts.admitted():
                come(signal.SIGHUP)
                cleaned.append("all")

    with interrupts.deferred():
        with pytest.raises(KeyboardInterrupt):
            run()

    assert cleaned == ["all"]


def test_after_the_clean_up_a_further_signal_ends_what_follows() -> None:
    with interrupts.deferred():
        with pytest.raises(KeyboardInterrupt), interrupts.admitted():
            come()
        interrupts.readmit()
        with pytest.raises(KeyboardInterrupt), interrupts.admitted():
            come()
        interrupts.readmit()


def test_what_came_during_the_clean_up_is_forgotten_after_it() -> None:
    waited = []
    with interrupts.deferred():
        come()
        interrupts.readmit()
        with interrupts.admitted():
            waited.append("to the end")

    assert waited == ["to the end"]


def test_a_shield_keeps_signals_out_of_waits_until_it_is_lowered() -> None:
    steps = []
    with pytest.raises(KeyboardInterrupt), interrupts.deferred():
        with interrupts.shielded(), interrupts.shielded():
            with interrupts.admitted():
                come()
                steps.append("born whole")
        with interrupts.admitted():
            steps.append("never waited")

    assert steps == ["born whole"]


def test_a_shield_inside_a_wait_holds() -> None:
    steps = []
    with pytest.raises(KeyboardInterrupt), interrupts.deferred():
        with interrupts.admitted(), interrupts.shielded():
            come()
            steps.append("put to an end")

    assert steps == ["put to an end"]


def test_no_wait_stays_open_behind_one_that_was_ended() -> None:
    with interrupts.deferred():
        with pytest.raises(KeyboardInterrupt), interrupts.admitted():
            come()
        interrupts.readmit()
        come()  # nobody waits: it is noted, or this line would raise
        interrupts.readmit()


@pytest.mark.parametrize("number", SIGNALS)
def test_one_that_the_shell_ignores_stays_ignored(number: int) -> None:
    signal.signal(number, signal.SIG_IGN)  # as nohup does
    steps = []
    with interrupts.as_keyboard_interrupt(), interrupts.deferred():
        come(number)
        with interrupts.admitted():
            come(number)
            steps.append("waited")

    assert steps == ["waited"]
    assert signal.getsignal(number) is signal.SIG_IGN


@pytest.mark.parametrize("number", SIGNALS)
def test_a_command_ends_by_any_of_them_as_by_ctrl_c(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), interrupts.as_keyboard_interrupt():
        come(number)
        pytest.fail("it went on")


def test_handlers_are_restored_whatever_happened() -> None:
    came = []

    def mine(number: int, frame: FrameType | None) -> None:
        came.append(number)

    for number in SIGNALS:
        signal.signal(number, mine)
    for ending in (KeyboardInterrupt, ValueError, None):
        try:
            with interrupts.as_keyboard_interrupt(), interrupts.deferred():
                if ending:
                    raise ending
        except (KeyboardInterrupt, ValueError):
            pass
        for number in SIGNALS:
            come(number)

    assert came == [*SIGNALS] * 3


def test_inside_deferred_a_handler_of_the_caller_s_does_not_run_and_afterwards_it_does() -> None:
    with pytest.raises(KeyboardInterrupt), interrupts.as_keyboard_interrupt():
        with interrupts.deferred():
            interrupts.readmit()
        come()
        pytest.fail("it went on")


def test_outside_of_deferred_every_place_is_a_wait() -> None:
    with pytest.raises(KeyboardInterrupt), interrupts.as_keyboard_interrupt(), interrupts.admitted():
        come()
        pytest.fail("it went on")
