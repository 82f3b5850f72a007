"""Contestants forked from one process: the same layout, a memory of their own, and ends that are understood."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bench.machine import memory
from bench.measure import zygote
from bench.process.child import Child, ChildLost
from bench.process.launch import Launch, executed
from bench.process.reaper import Reaper
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
