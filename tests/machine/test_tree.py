"""Process trees of known shape, seen from outside: who is in them, the CPU they used, and that they hold still."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from bench.machine import memory, tree
from tests.support.command import environment
from tests.support.contestants import PATIENCE_S
from tests.support.processes import process, state
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(not tree.LINUX, reason="the truths below are those of Linux's /proc")

BURN = "import time\ndef burn(clock, s):\n    end = clock() + s\n    while clock() < end: pass\n"

BROOD = """
import os, threading, time
def born(*first):
    pid = os.fork()
    if pid == 0:
        for step in first: step()
        while True: time.sleep(0.001)
born(); born(os.setsid); born(os.setsid, born)
threading.Thread(target=born, daemon=True).start()
threading.Thread(target=born, args=(os.setpgrp,), daemon=True).start()
while True:
    try:
        children = open(f"/proc/self/task/{os.getpid()}/children").read().split()
    except OSError:
        children = []
    if len(children) >= 5: break  # the threads have ended, and theirs are the main thread's
    time.sleep(0.001)
"""
"""A process with six descendants: of its group, of groups and sessions of their own, and of threads."""

BREEDER = """
import os, subprocess, threading, time
def breed():
    while True:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            time.sleep(0.002)
            os._exit(0)
        os.waitpid(pid, 0)
for _ in range(4): threading.Thread(target=breed, daemon=True).start()
"""
"""Short-lived children, each in a session of its own, from short-lived threads' point of view without end."""

STARVED = """
import os, threading
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
def spin():
    while True: pass
if os.fork() == 0:
    os.setpgrp()
    os.nice(19)
    spin()
threading.Thread(target=spin, daemon=True).start()
"""
"""A process that computes on the only CPU of its child, which is of a group of its own and waits for it."""

SPAWNER = """
import subprocess, threading
def short(): pass
def spawn():
    while True:
        subprocess.run(["/bin/true"])
        threads = [threading.Thread(target=short) for _ in range(3)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
for _ in range(2): threading.Thread(target=spawn, daemon=True).start()
"""


def test_the_tree_holds_children_and_grandchildren_of_every_thread_and_session() -> None:
    with process(BROOD) as pid:
        assert until(lambda: len(tree.of(pid)) == 7)
        found = tree.of(pid)

    assert found[0] == pid
    assert len(set(found)) == 7


def test_where_the_kernel_lists_no_children_the_tree_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with process(BROOD) as pid:
        assert until(lambda: len(tree.of(pid)) == 7)
        expected = tree.of(pid)
        monkeypatch.setattr(tree, "_CHILDREN_TOLD", False)
        found = tree.of(pid)

    assert sorted(found) == sorted(expected)


def test_of_a_process_with_many_threads_the_tree_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with process(BROOD) as pid:
        assert until(lambda: len(tree.of(pid)) == 7)
        expected = tree.of(pid)
        monkeypatch.setattr(tree, "MANY_TASKS", 1)
        found = tree.of(pid)

    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("code", [SPAWNER, BREEDER], ids=["spawner", "breeder"])
def test_every_reading_survives_death_at_any_moment(code: str) -> None:
    readings: list[Callable[[int], object]] = [
        lambda pid: tree.threads(tree.of(pid)),
        lambda pid: tree.cpu_s(tree.of(pid)),
        lambda pid: tree.reaped_cpu_s(tree.of(pid)),
        lambda pid: memory.of(tree.of(pid)),
        lambda pid: tree.thaw(tree.freeze(pid)),
    ]
    rounds = 0
    with process(code) as pid:
        end_s = time.monotonic() + 1.0
        while time.monotonic() < end_s:
            for read in readings:
                read(pid)
            rounds += 1
        held = memory.of(tree.of(pid))

    assert rounds > 2
    assert held is not None
    assert held.processes >= 1


def test_a_process_that_is_gone_counts_nothing() -> None:
    with process("pass") as pid:
        pass

    assert tree.of(pid) == [pid]
    assert tree.threads([pid]) == 0
    assert tree.cpu_s([pid]) == 0
    assert tree.reaped_cpu_s([pid]) == 0
    assert tree.freeze(pid) == [pid]
    tree.thaw([pid])
    tree.kill([pid])


def test_threads_are_counted_over_all_processes() -> None:
    code = (
        "import os, threading, time\n"
        "if os.fork() == 0:\n    for _ in range(2): threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "    time.sleep(60)\n"
    )
    with process(code) as pid:
        counted = until(lambda: tree.threads(tree.of(pid)) == 4)

    assert counted


def test_cpu_of_a_process_is_its_own_clock() -> None:
    with process(f"{BURN}burn(time.process_time, 0.2)") as pid:
        used_s = tree.cpu_s([pid])

    assert 0.2 <= used_s < 0.4


def test_cpu_of_threads_that_have_ended_is_kept() -> None:
    threads = (
        "import threading\nfor _ in range(2):\n    t = threading.Thread(target=burn, args=(time.thread_time, 0.1)); "
    )
    with process(f"{BURN}{threads}t.start(); t.join()") as pid:
        used_s = tree.cpu_s([pid])

    assert used_s >= 0.2


def test_cpu_of_children_that_were_waited_for_is_told_apart_from_their_parents() -> None:
    children = (
        "import os\n"
        "for _ in range(2):\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n        burn(time.process_time, 0.15)\n        os._exit(0)\n"
        "    os.waitpid(pid, 0)\n"
    )
    with process(BURN + children) as pid:
        own_s, reaped_s = tree.cpu_s([pid]), tree.reaped_cpu_s([pid])

    assert own_s < 0.15
    assert 0.28 <= reaped_s < 0.45


def test_a_zombie_is_in_the_tree_keeps_its_cpu_time_and_holds_no_memory() -> None:
    with process(f"{BURN}import os\nif os.fork() == 0:\n    burn(time.process_time, 0.1)\n    os._exit(0)\n") as pid:
        assert until(lambda: [state(one) for one in tree.of(pid)[1:]] == ["Z"])
        found = tree.of(pid)
        used_s, held = tree.cpu_s(found[1:]), memory.of(found)
        dead = memory.of(found[1:])

    assert used_s >= 0.1
    assert held is not None
    assert held.processes == 1
    assert dead is None


def test_frozen_means_that_nobody_in_the_tree_runs_whatever_group_it_is_in() -> None:
    with process(BROOD) as pid:
        assert until(lambda: len(tree.of(pid)) == 7)
        frozen = tree.freeze(pid)
        assert sorted(frozen) == sorted(tree.of(pid))
        assert until(lambda: {state(one) for one in frozen} == {"T"})
        before_s = tree.cpu_s(frozen)
        time.sleep(0.1)  # they would use CPU: each wakes every millisecond
        used_s = tree.cpu_s(frozen) - before_s
        tree.thaw(frozen)
        thawed = until(lambda: "T" not in {state(one) for one in frozen})

    assert used_s == 0
    assert thawed


def test_one_that_waits_for_a_cpu_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops when it next runs, and its parent leaves it the CPU a few times a second."""
    monkeypatch.setattr(tree, "_STARVED_S", PATIENCE_S)
    with process(STARVED) as pid:
        assert until(lambda: len(tree.of(pid)) == 2)
        starved = tree.of(pid)[1]
        assert until(lambda: os.getpgid(starved) == starved)
        for _ in range(5):
            tree.freeze(starved)
            assert state(starved) == "T"
            tree.thaw([starved])


def test_nobody_of_its_own_group_is_stopped_or_waited_for() -> None:
    code = (
        "import os, time; from bench.machine import tree; began_s = time.monotonic()\n"
        "pid = os.fork()\n"
        "if pid == 0: time.sleep(60)\n"
        "tree.freeze(pid); print(time.monotonic() - began_s < tree._STARVED_S / 2)\n"
        "time.sleep(0.05); print(tree._stat(pid)[0].decode()); os.kill(pid, 9)"
    )
    assert run_alone(code) == "True\nS\n"


def test_one_that_may_not_be_signalled_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that has become another user; its group is signalled all the same if anybody in it may be."""

    def forbidden(*_: object) -> None:
        raise PermissionError

    waited: list[float] = []
    with process("pass") as pid:
        monkeypatch.setattr(os, "killpg", lambda *_: None)
        monkeypatch.setattr(os, "kill", forbidden)
        monkeypatch.setattr(time, "sleep", waited.append)
        frozen = tree.freeze(pid)
        monkeypatch.undo()

    assert frozen == [pid]
    assert not waited


def test_a_tree_that_goes_on_breeding_is_frozen_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_STARVED_S", PATIENCE_S)
    monkeypatch.setattr(tree, "_DISK_S", PATIENCE_S)
    with process(BREEDER) as pid:
        for _ in range(300):
            frozen = tree.freeze(pid)
            assert until(lambda: {state(one) for one in tree.of(pid)} <= {"T", "Z"})
            assert set(tree.of(pid)) <= set(frozen)
            tree.thaw(frozen)


def test_what_is_killed_is_the_whole_tree() -> None:
    with process(BROOD) as pid:
        assert until(lambda: len(tree.of(pid)) == 7)
        brood = tree.of(pid)
        tree.kill(brood)

        assert until(lambda: {state(one) for one in brood} <= {"X", "Z"})


def test_one_that_leaves_its_group_while_it_is_killed_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newborn children are still in their parent's group for a moment."""
    real = os.getpgid
    with process(BROOD) as pid:
        assert until(lambda: len({real(one) for one in tree.of(pid)}) == 4)
        brood = tree.of(pid)
        asked: set[int] = set()

        def before(one: int) -> int:
            """What it was when it was first asked for: that of the first of them."""
            if one in brood and one not in asked:
                asked.add(one)
                return real(pid)
            return real(one)

        monkeypatch.setattr(os, "getpgid", before)
        tree.kill(brood)

        assert until(lambda: {state(one) for one in brood} <= {"X", "Z"})


def test_whoever_freezes_is_never_frozen_itself() -> None:
    assert run_alone("import os; from bench.machine import tree; print(tree.freeze(os.getpid()) == [os.getpid()])") == (
        "True\n"
    )


def run_alone(code: str) -> str:
    """What a process that leads a session of its own prints."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, start_new_session=True,
        env=environment(),
    ).stdout  # fmt: skip
