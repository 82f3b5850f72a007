"""Who is in a tree of processes, and the CPU time it used, against known truth."""

from __future__ import annotations

import time

import pytest

from bench.machine import tree
from tests.support.processes import process

pytestmark = pytest.mark.skipif(not tree.LINUX, reason="the truths below are those of Linux's /proc")


def test_cpu_of_a_process_is_its_own_clock() -> None:
    with process("import time\nwhile time.process_time() < 0.2: pass") as pid:
        used_s = tree.cpu_s([pid])

    assert 0.2 <= used_s < 0.4


def test_cpu_of_threads_that_have_ended_is_kept() -> None:
    burn = (
        "import threading, time\ndef burn():\n    end = time.thread_time() + 0.1\n"
        "    while time.thread_time() < end: pass\n"
    )
    with process(burn + "for _ in range(2):\n    t = threading.Thread(target=burn); t.start(); t.join()") as pid:
        used_s = tree.cpu_s([pid])

    assert used_s >= 0.2


def test_the_tree_holds_children_and_grandchildren_and_threads_children() -> None:
    code = (
        "import subprocess, sys, threading\n"
        "inner = \"import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()'], stdin=0); input()\"\n"
        "def start(): subprocess.Popen([sys.executable, '-c', inner], stdin=subprocess.PIPE)\n"
        "t = threading.Thread(target=start); t.start(); t.join()\n"
    )
    with process(code) as pid:
        deadline = time.monotonic() + 10
        while len(tree.of(pid)) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        found = tree.of(pid)

    assert found[0] == pid
    assert len(found) == 3
