"""Memory against known truth: trees that hold a known amount, alone or shared, measured from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from bench.machine import memory, tree
from tests.support.processes import MIB, process
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(not tree.LINUX, reason="the truths below are those of Linux's smaps_rollup")

HELD = 64 * MIB

SHARED = {
    "anonymous": f"block = mmap.mmap(-1, {HELD})",
    "memfd": f"fd = os.memfd_create('x'); os.ftruncate(fd, {HELD}); block = mmap.mmap(fd, {HELD})",
    "tmpfs": f"file = open(sys.argv[1], 'r+b'); block = mmap.mmap(file.fileno(), {HELD})",
}
"""How a process comes by memory that it can share."""

TOUCH = f"\nfor at in range(0, {HELD}, 4096): block[at] = 1\n"
READ = f"\nfor at in range(0, {HELD}, 4096): block[at]\n"
FORK = f"for _ in range(3):\n    if os.fork() == 0:\n        for at in range(0, {HELD}, 4096): block[at]\n"
FORK += "        time.sleep(600)\n"


@pytest.fixture
def tmpfs() -> Iterator[Path]:
    """A file of that size in memory, mapped by nobody."""
    with NamedTemporaryFile(dir="/dev/shm") as file:
        file.write(b"x" * HELD)
        file.flush()
        yield Path(file.name)


def held_by(pid: int) -> int:
    told = memory.of(tree.of(pid))
    assert told is not None
    return told.total_bytes


def total_of(code: str, *arguments: str, processes: int = 1) -> int:
    """What a tree of so many processes that runs this holds."""
    with process(f"import mmap, os, sys, time\n{code}", *arguments) as pid:
        assert until(lambda: len(tree.of(pid)) == processes)
        return held_by(pid)


@pytest.fixture(scope="module")
def idle() -> int:
    return total_of("pass")


def test_100_mib_held_read_as_100_mib(idle: int) -> None:
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
    forked = total_of(f"block = bytearray(b'x') * {100 * MIB}\n{FORK}", processes=4)

    assert 100 * MIB < forked < 140 * MIB


@pytest.mark.parametrize("kind", SHARED)
def test_a_shared_mapping_counts_once_in_its_tree(kind: str, idle: int, tmpfs: Path) -> None:
    alone = total_of(SHARED[kind] + TOUCH, str(tmpfs))
    four = total_of(SHARED[kind] + TOUCH + FORK, str(tmpfs), processes=4)

    assert alone - idle == pytest.approx(HELD, rel=0.02)
    assert HELD <= four - idle < 1.3 * HELD


def test_a_mapping_that_several_trees_share_counts_the_same_for_each_whoever_else_is_alive(
    idle: int, tmpfs: Path
) -> None:
    code = f"import mmap, os, sys, time\n{SHARED['tmpfs']}{READ}"
    pids: list[int] = []
    held: list[int] = []
    with ExitStack() as alive:
        for _ in range(3):
            pids.append(alive.enter_context(process(code, str(tmpfs))))
            held += [held_by(pid) - idle for pid in pids]

    assert held == pytest.approx([HELD] * 6, rel=0.02)


def test_parts_of_one_file_that_processes_of_a_tree_map_apart_are_joined(idle: int, tmpfs: Path) -> None:
    code = (
        "file = open(sys.argv[1], 'r+b')\n"
        f"def part(low, high):\n    block = mmap.mmap(file.fileno(), high - low, offset=low)\n"
        "    for at in range(0, high - low, 4096): block[at]\n    return block\n"
        f"if os.fork() == 0:\n    block = part(0, {HELD // 2})\n    time.sleep(600)\n"
        f"if os.fork() == 0:\n    block = part({HELD // 4}, {3 * HELD // 4})\n    time.sleep(600)\n"
    )
    with process(f"import mmap, os, sys, time\n{code}", str(tmpfs)) as pid:
        joined = until(lambda: 0.7 * HELD < held_by(pid) - idle < 0.9 * HELD)

    assert joined


def test_what_was_not_touched_is_not_held(idle: int, tmpfs: Path) -> None:
    for code in SHARED.values():
        assert total_of(code, str(tmpfs)) - idle < MIB


@pytest.mark.parametrize("written", [0.0, 0.5, 1.0])
def test_a_private_copy_of_a_shared_file_is_not_counted_twice(written: float, idle: int, tmpfs: Path) -> None:
    code = (
        f"file = open(sys.argv[1], 'r+b')\nblock = mmap.mmap(file.fileno(), {HELD}, access=mmap.ACCESS_COPY)\n"
        f"for at in range(0, {HELD}, 4096): block[at]\n"
        f"for at in range(0, {int(HELD * written)}, 4096): block[at] = 1\n"
    )

    assert total_of(code, str(tmpfs)) - idle == pytest.approx(HELD, rel=0.02)


def test_a_process_that_is_gone_holds_nothing() -> None:
    with process("pass") as pid:
        pass

    assert memory.of([pid]) is None
    assert memory.of([]) is None


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
