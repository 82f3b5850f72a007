"""Control groups of both versions, as trees of files that containers and batch systems make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bench.machine import cgroups

TOTAL = psutil.virtual_memory().total
GIB = 2**30

Tree = Callable[..., None]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Make the mount and the file that says which groups we are in."""

    def make(own: str | None, files: dict[str, str]) -> None:
        mount = tmp_path / "cgroup"
        for name, text in files.items():
            path = mount / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n")
        if own is not None:
            (tmp_path / "self").write_text(own)
        monkeypatch.setattr(cgroups, "MOUNT", mount)
        monkeypatch.setattr(cgroups, "SELF", tmp_path / "self")

    return make


V1 = "3:cpu,cpuacct:/batch/job\n2:memory:/batch/job\n1:name=systemd:/user.slice\n"
V2 = "0::/user.slice/job.scope\n"

CPUS = [
    ("v2", V2, {"user.slice/job.scope/cpu.max": "150000 100000"}, 1.5),
    ("v2 without a limit", V2, {"user.slice/job.scope/cpu.max": "max 100000"}, None),
    ("v2, outer is tighter", V2, {"user.slice/job.scope/cpu.max": "400000 100000",
                                  "user.slice/cpu.max": "50000 100000"}, 0.5),
    ("v2, inner is tighter", V2, {"user.slice/job.scope/cpu.max": "20000 10000",
                                  "user.slice/cpu.max": "max 100000", "cpu.max": "900000 100000"}, 2.0),
    ("v2, only the outermost", V2, {"cpu.max": "300000 100000", "user.slice/job.scope/pids.max": "max"}, 3.0),
    ("v2, a container with a namespace of its own", "0::/\n", {"cpu.max": "100000 100000"}, 1.0),
    ("v2, the host's path in a container", "0::/docker/1f2e/init.scope\n", {"cpu.max": "250000 100000"}, 2.5),
    ("v2, a path above the mount", "0::/../../other\n", {"cpu.max": "250000 100000"}, 2.5),
    ("v2, our own file cannot be read", None, {"cpu.max": "250000 100000"}, 2.5),
    ("v1", V1, {"cpu,cpuacct/batch/job/cpu.cfs_quota_us": "150000",
                "cpu,cpuacct/batch/job/cpu.cfs_period_us": "100000"}, 1.5),
    ("v1 under its short name", V1, {"cpu/batch/job/cpu.cfs_quota_us": "50000",
                                     "cpu/batch/job/cpu.cfs_period_us": "100000"}, 0.5),
    ("v1 without a limit", V1, {"cpu/batch/job/cpu.cfs_quota_us": "-1",
                                "cpu/batch/job/cpu.cfs_period_us": "100000"}, None),
    ("v1, outer is tighter", V1, {"cpu/batch/job/cpu.cfs_quota_us": "400000",
                                  "cpu/batch/job/cpu.cfs_period_us": "100000",
                                  "cpu/batch/cpu.cfs_quota_us": "100000",
                                  "cpu/batch/cpu.cfs_period_us": "100000"}, 1.0),
    ("v1, the host's path in a container", V1, {"cpu/cpu.cfs_quota_us": "200000",
                                                "cpu/cpu.cfs_period_us": "100000"}, 2.0),
    ("both at once", V1 + "0::/\n", {"cpu,cpuacct/batch/job/cpu.cfs_quota_us": "100000",
                                     "cpu,cpuacct/batch/job/cpu.cfs_period_us": "100000"}, 1.0),
    ("a period of 0", V1, {"cpu/batch/job/cpu.cfs_quota_us": "1", "cpu/batch/job/cpu.cfs_period_us": "0"}, None),
    ("nonsense", V2, {"user.slice/job.scope/cpu.max": "much of it", "user.slice/cpu.max": ""}, None),
    ("half a line", V2, {"user.slice/job.scope/cpu.max": "100000"}, None),
    ("none at all", None, {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("own", "files", "expected"), [case[1:] for case in CPUS], ids=[case[0] for case in CPUS])
def test_cpus_are_those_of_the_tightest_group(
    own: str | None, files: dict[str, str], expected: float | None, made: Tree
) -> None:
    made(own, files)

    assert cgroups.cpus() == expected


MEMORY = [
    ("v2", V2, {"user.slice/job.scope/memory.max": str(GIB)}, GIB),
    ("v2 without a limit", V2, {"user.slice/job.scope/memory.max": "max"}, None),
    ("v2, outer is tighter", V2, {"user.slice/job.scope/memory.max": str(GIB), "memory.max": str(GIB // 2)}, GIB // 2),
    ("more than there is", V2, {"user.slice/job.scope/memory.max": str(TOTAL + 1)}, None),
    ("v1", V1, {"memory/batch/job/memory.limit_in_bytes": str(GIB)}, GIB),
    ("v1 without a limit", V1, {"memory/batch/job/memory.limit_in_bytes": "9223372036854771712"}, None),
    ("v1, outer is tighter", V1, {"memory/batch/job/memory.limit_in_bytes": str(2 * GIB),
                                  "memory/memory.limit_in_bytes": str(GIB)}, GIB),
    ("none at all", None, {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("own", "files", "expected"), [case[1:] for case in MEMORY], ids=[case[0] for case in MEMORY])
def test_memory_is_that_of_the_tightest_group_below_what_there_is(
    own: str | None, files: dict[str, str], expected: int | None, made: Tree
) -> None:
    made(own, files)

    assert cgroups.memory_bytes() == expected


STAT_V2 = "usage_usec 900\nnr_periods 10\nnr_throttled 2\nthrottled_usec {}"
STAT_V1 = "nr_periods 10\nnr_throttled 2\nthrottled_time {}"

THROTTLED = [
    ("v2", V2, {"user.slice/job.scope/cpu.stat": STAT_V2.format(1_500_000)}, 1.5),
    ("v2, held back by an outer one", V2, {"user.slice/job.scope/cpu.stat": STAT_V2.format(0),
                                           "user.slice/cpu.stat": STAT_V2.format(250_000)}, 0.25),
    ("v1", V1, {"cpu/batch/job/cpu.stat": STAT_V1.format(2_000_000_000)}, 2.0),
    ("v2 without a quota", V2, {"user.slice/job.scope/cpu.stat": "usage_usec 900"}, 0.0),
    ("nonsense", V2, {"user.slice/job.scope/cpu.stat": "throttled_usec\nthrottled_usec often\n\n"}, 0.0),
    ("none at all", None, {}, 0.0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("own", "files", "expected"), [case[1:] for case in THROTTLED], ids=[case[0] for case in THROTTLED]
)
def test_throttling_is_that_of_the_group_that_was_held_back_the_longest(
    own: str | None, files: dict[str, str], expected: float, made: Tree
) -> None:
    made(own, files)

    assert cgroups.throttled_s() == expected


def test_files_that_are_no_text_say_nothing(made: Tree, tmp_path: Path) -> None:
    made(V2, {"user.slice/job.scope/cpu.max": "x"})
    for name in ("cgroup/user.slice/job.scope/cpu.max", "cgroup/user.slice/memory.max", "self"):
        (tmp_path / name).write_bytes(b"\xff\xfe")

    assert (cgroups.cpus(), cgroups.memory_bytes(), cgroups.throttled_s()) == (None, None, 0.0)


def test_the_groups_of_this_very_process_can_be_read() -> None:
    assert cgroups.cpus() is None or cgroups.cpus() > 0  # type: ignore[operator]
    assert cgroups.throttled_s() >= 0
