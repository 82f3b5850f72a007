"""Memory against known truth: processes that hold a known amount, measured from outside."""

from __future__ import annotations

import pytest

from bench.machine import memory, tree
from tests.support.processes import process

MIB = 2**20

pytestmark = pytest.mark.skipif(not tree.LINUX, reason="the truths below are those of Linux's smaps_rollup")


def total_of(code: str) -> int:
    with process(code) as pid:
        held = memory.of(tree.of(pid))
    assert held is not None
    return held.total_bytes


def test_100_mib_held_read_as_100_mib() -> None:
    idle = total_of("pass")

    held = total_of("data = bytearray(b'x') * (100 * 2**20)")

    assert held - idle == pytest.approx(100 * MIB, rel=0.02)


def test_a_parent_that_once_held_150_mib_taints_no_child() -> None:
    ballast = bytearray(b"x") * (150 * MIB)
    del ballast

    assert total_of("pass") < 20 * MIB


def test_400_parked_threads_cost_24_to_64_kib_each() -> None:
    idle = total_of("import threading")

    parked = total_of(
        "import threading\ngate = threading.Event()\n"
        "for _ in range(400): threading.Thread(target=gate.wait, daemon=True).start()"
    )

    assert 24 * 1024 <= (parked - idle) / 400 <= 64 * 1024


def test_three_forked_children_that_share_100_mib_do_not_triple_it() -> None:
    forked = total_of(
        "import os\ndata = bytearray(b'x') * (100 * 2**20)\nr, w = os.pipe()\n"
        "for _ in range(3):\n    if os.fork() == 0:\n        os.close(w); os.read(r, 1)\n        os._exit(0)\n"
    )

    assert 100 * MIB < forked < 140 * MIB


def test_a_process_that_is_gone_counts_nothing() -> None:
    with process("pass") as pid:
        pass

    assert tree.cpu_s([pid]) == 0
    assert memory.of([pid]) is None


def test_a_platform_without_smaps_reads_uss_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with process("data = bytearray(b'x') * (100 * 2**20)\nimport time\nwhile time.process_time() < 0.2: pass") as pid:
        monkeypatch.setattr(tree, "LINUX", False)
        held = memory.of(tree.of(pid))
        used_s = tree.cpu_s([pid])

    assert held is not None
    assert held.method.startswith("USS")
    assert 100 * MIB < held.total_bytes < 130 * MIB
    assert used_s >= 0.15


def test_memory_that_may_not_be_read_is_none_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(memory, "_linux", refuse)

    assert memory.of([1]) is None
