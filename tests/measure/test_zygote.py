"""Contestants forked from one process: the same layout, a memory of their own, and ends that are understood."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bench.machine import memory
from bench.measure import zygote
from bench.measure.fixture import specification
from bench.process.child import Child, ChildLost
from bench.process.launch import Launch, executed
from bench.process.reaper import Reaper
from bench.trial.channel import Message
from bench.trial.turn import TIMED, Turn
from tests.support.contestants import PATIENCE_S, loaded
from tests.support.workloads import spec_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="contestants are forked on Linux alone")


@contextmanager
def bout(reaper: Reaper) -> Iterator[tuple[zygote.Nursery, Launch]]:
    nursery = zygote.Nursery(reaper)
    with nursery.bout({}) as cradle:
        yield nursery, cradle.launch


@contextmanager
def children(launch: Launch, reaper: Reaper, count: int) -> Iterator[list[Child]]:
    born = [Child(launch, reaper) for _ in range(count)]
    try:
        yield born
    finally:
        for child in born:
            child.kill()


def layout(child: Child) -> list[str]:
    """Addresses and names of all that is mapped into a process that waits for its first order."""
    lines = [line.split() for line in Path(f"/proc/{child.pid}/maps").read_text().splitlines()]
    return [f"{words[0]} {words[-1]}" for words in lines if words[-1] != "[heap]"]  # its end moves, not its begin


def test_forked_contestants_have_one_layout_and_the_next_bout_another(reaper: Reaper) -> None:
    if Path("/proc/sys/kernel/randomize_va_space").read_text().strip() == "0":
        pytest.skip("this machine does not randomise layouts")
    with bout(reaper) as (nursery, launch), children(launch, reaper, 3) as (first, second, third):
        assert nursery.refusal == ""
        assert layout(first) == layout(second) == layout(third)
        with bout(reaper) as (_, other), children(other, reaper, 1) as (stranger,):
            assert layout(stranger) != layout(first)


def test_a_forked_contestant_has_the_memory_of_one_executed_afresh(reaper: Reaper) -> None:
    with bout(reaper) as (_, launch), children(launch, reaper, 4) as forked:
        with children(executed(zygote.MODULE, {}), reaper, 1) as (fresh,):
            with pytest.raises(ChildLost):  # its answer tells that it has booted
                fresh.ask({"do": "what?"}, PATIENCE_S)
            own = [memory.of([child.pid]) for child in forked]
            expected = memory.of([fresh.pid])

    assert expected is not None
    assert [one.total_bytes for one in own if one] == pytest.approx([expected.total_bytes] * 4, rel=0.03)


def test_it_leads_a_group_of_its_own_and_its_end_is_told_by_its_zygote(reaper: Reaper) -> None:
    with bout(reaper) as (_, launch), children(launch, reaper, 2) as (victim, sibling):
        assert os.getpgid(victim.pid) == victim.pid
        os.killpg(victim.pid, signal.SIGSEGV)
        with pytest.raises(ChildLost, match="killed by SIGSEGV"):
            victim.reply(PATIENCE_S)
        with pytest.raises(ChildLost, match="unknown order"):
            sibling.ask({"do": "what?"}, PATIENCE_S)


def test_what_a_forked_contestant_prints_is_in_its_own_log(reaper: Reaper) -> None:
    with bout(reaper) as (_, launch), children(launch, reaper, 2) as (loud, quiet):
        with pytest.raises(ChildLost):
            loud.ask({"do": "open"}, PATIENCE_S)  # before start: an error, which is printed

        assert "Traceback" in loud.output()
        assert quiet.output() == ""


def test_a_forked_contestant_takes_turns(reaper: Reaper) -> None:
    with bout(reaper) as (_, launch), loaded("sync", spec_of("noop"), launch, reaper) as live:
        live.open(1)
        reads = live.turn(Turn(TIMED, 0, 1_000_000, 0))

    assert live.facts["forked"] is True
    assert 0 < live.facts["launch_s"] < PATIENCE_S
    assert reads.workers[0].ends_ns[-1] >= reads.close_ns


def test_after_a_lost_zygote_contestants_are_executed(reaper: Reaper) -> None:
    with bout(reaper) as (nursery, launch), children(launch, reaper, 1) as (orphan,):
        os.kill(psutil.Process(orphan.pid).ppid(), signal.SIGKILL)
        with children(launch, reaper, 1) as (later,):
            with pytest.raises(ChildLost, match="unknown order"):
                later.ask({"do": "what?"}, PATIENCE_S)

        assert "SIGKILL" in nursery.refusal


def test_where_memory_may_not_be_written_contestants_are_executed(
    reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def forbidden(pid: int) -> None:
        tried.append(pid)
        raise PermissionError("no ptrace here")

    monkeypatch.setattr(zygote, "own_pages", forbidden)
    with bout(reaper) as (nursery, launch), children(launch, reaper, 2) as (first, second):
        for child in (first, second):
            with pytest.raises(ChildLost, match="unknown order"):
                child.ask({"do": "what?"}, PATIENCE_S)

    assert "no ptrace here" in nursery.refusal
    assert len(tried) == 1
    assert not psutil.pid_exists(tried[0])


SOON_S = 0.5
"""Time-out of a zygote that never answers: what a test costs, not what it depends on."""


def test_a_stopped_zygote_is_asked_once_and_launching_goes_on_by_execution(reaper: Reaper) -> None:
    nursery = zygote.Nursery(reaper, SOON_S)
    began_s = time.monotonic()
    with nursery.bout({}) as cradle:
        with children(cradle.launch, reaper, 1) as (first,):
            os.kill(psutil.Process(first.pid).ppid(), signal.SIGSTOP)
            began_s = time.monotonic()
            with children(cradle.launch, reaper, 4) as later:
                took_s = time.monotonic() - began_s
                for child in (first, *later):
                    with pytest.raises(ChildLost, match="unknown order"):
                        child.ask({"do": "what?"}, PATIENCE_S)

    assert f"no answer within {SOON_S} s" in nursery.refusal
    assert SOON_S <= took_s < 10 * SOON_S


@pytest.mark.parametrize("form", [False, True])
def test_a_zygote_that_is_stopped_after_all_were_born_holds_up_their_end_once(form: bool, reaper: Reaper) -> None:
    nursery = zygote.Nursery(reaper, SOON_S)
    with nursery.bout({}) as cradle:
        if form:
            cradle.prepare(specification(spec_of("noop")), ["blocking"])
        with children(cradle.of("blocking"), reaper, 8) as born:
            os.kill(psutil.Process(born[0].pid).ppid(), signal.SIGSTOP)
            began_s = time.monotonic()
            for child in born:
                child.kill()
            took_s = time.monotonic() - began_s

    assert took_s < 4 * SOON_S


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_zygote_that_cannot_prepare_leaves_importing_to_each_contestant(
    number: signal.Signals, reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Child.send

    def struck(child: Child, order: Message, timeout_s: float) -> None:
        if order["do"] == "prepare":
            os.kill(child.pid, number)
        send(child, order, timeout_s)

    monkeypatch.setattr(Child, "send", struck)
    nursery = zygote.Nursery(reaper, SOON_S)
    with nursery.bout({}) as cradle:
        cradle.prepare(specification(spec_of("noop")), ["blocking", "coroutine"])
        with loaded("sync", spec_of("noop"), cradle.of("blocking"), reaper) as live:
            live.open(1)

            assert live.turn(Turn(TIMED, 0, 1_000_000, 0)).workers
            assert nursery.unshared


def test_contestants_that_are_frozen_outlive_their_zygote(reaper: Reaper) -> None:
    """The kernel sends SIGHUP to stopped groups that a death leaves without a parent in their session."""
    with bout(reaper) as (_, launch), loaded("sync", spec_of("noop"), launch, reaper) as live:
        os.kill(psutil.Process(live.pids[0]).ppid(), signal.SIGKILL)
        live.open(1)

        assert live.turn(Turn(TIMED, 0, 1_000_000, 0)).workers
        assert live.out is None


def test_without_room_for_a_process_nobody_is_forked_and_the_reason_is_told(
    reaper: Reaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    nursery = zygote.Nursery(reaper)
    with nursery.bout({}) as cradle, pytest.raises(ChildLost, match="could not be started"):
        Child(cradle.launch, reaper)

    assert "could not be started" in nursery.refusal
