"""Where something is missing that is usually there: it works, or one line says why it cannot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.machine import cgroups, doctor, facts, ram
from tests.support.command import ROOT, environment

FEW = ("-r", "sync,processes", "-c", "1", "--blocks", "1", "--budget", "1s", "--json")


def bench(
    *arguments: str | Path, cwd: Path | str, before: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """The real command in an odd place; ``before`` is what a shell does first."""
    words = [sys.executable, "-m", "bench", *map(str, arguments)]
    return subprocess.run(
        ["sh", "-c", f'{before or ":"} && exec "$@"', "sh", *words],
        capture_output=True, cwd=cwd, env={**environment(), **variables}, timeout=90, check=False, text=True,
        errors="surrogateescape",
    )  # fmt: skip


def measured(done: subprocess.CompletedProcess[str]) -> bool:
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
    return {case["status"] for case in json.loads(done.stdout)["cases"]} == {"measured"}


def test_a_working_directory_that_was_deleted_is_one_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    done = bench("run", "sleep", cwd=gone, before='rmdir "$PWD"')

    assert (done.returncode, done.stderr) == (2, "error: the working directory is gone; cd to one that exists\n")


def test_too_few_file_descriptors_are_one_line_that_names_the_limit(tmp_path: Path) -> None:
    done = bench("run", "sleep", *FEW, "-o", tmp_path, cwd=ROOT, before="ulimit -n 16")

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: file descriptor limit reached (raise it with `ulimit -n`")
    run = json.loads((tmp_path / "latest" / "run.json").read_text())
    assert run["stopped"].startswith("failed: [Errno 24]")


def test_a_path_that_is_no_text_is_measured_and_reported(tmp_path: Path) -> None:
    place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/place\xff"))
    place.mkdir()
    shutil.copy(ROOT / "workloads" / "sleep.py", place / os.fsdecode(b"mine\xfe.py"))

    done = bench("run", os.fsdecode(b"mine\xfe.py"), *FEW, cwd=place)
    again = bench("report", cwd=place)

    assert measured(done)
    assert json.loads(done.stdout)["cases"][0]["workload"] == "mine\\udcfe"
    assert Path(again.stdout.removesuffix("\n")).exists()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this platform has no affinity")
def test_one_cpu_that_is_not_the_first_is_enough(tmp_path: Path) -> None:
    last = max(os.sched_getaffinity(0))
    code = f"import os, sys; os.sched_setaffinity(0, {{{last}}}); from bench.cli.main import main; sys.exit(main())"

    done = subprocess.run(
        [sys.executable, "-c", code, "run", "sleep", *FEW, "-o", str(tmp_path)],
        capture_output=True, text=True, cwd=ROOT, env=environment(), timeout=90, check=False,
    )  # fmt: skip

    assert measured(done)


def privileged() -> bool:
    """Whether a mount namespace of one's own can be had here."""
    return (
        shutil.which("unshare") is not None
        and not subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode
    )


READ_ONLY = """
mount -t tmpfs none /mnt && mount -o remount,ro,bind / 2>/dev/null
for place in /tmp /var/tmp /dev/shm; do mount --bind $place $place && mount -o remount,ro,bind $place; done
touch /tmp/deadheat-probe 2>/dev/null || { cd "$0" && exec "$@"; }
exit 9
"""
"""Nothing can be written but below /mnt: no temporary directory, no home, no place for caches."""


@pytest.mark.skipif(not privileged(), reason="no mount namespace can be had here")
def test_a_disk_that_takes_nothing_but_the_output_is_enough() -> None:
    words = [sys.executable, "-m", "bench", "run", "sleep", *FEW, "-o", "/mnt/out"]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", READ_ONLY, str(ROOT), *words],
        capture_output=True, text=True, env=environment(), timeout=90, check=False,
    )  # fmt: skip
    if done.returncode == 9:
        pytest.skip("the file systems here cannot be made read-only")

    assert measured(done)
    assert "report: /mnt/out/" in done.stderr


class TestMaskedMemory:
    """/proc/meminfo is empty in some sandboxes."""

    @pytest.fixture(autouse=True)
    def _masked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("stat", "loadavg", "filesystems"):
            shutil.copy(f"/proc/{name}", tmp_path / name)
        (tmp_path / "meminfo").touch()
        (tmp_path / "self").symlink_to("/proc/self")
        monkeypatch.setattr("psutil.PROCFS_PATH", str(tmp_path))

    pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc here")

    def test_the_machine_is_described_without_it(self, tmp_path: Path) -> None:
        assert ram.ram() is None
        assert facts.environment(tmp_path, [])["memory_bytes"] is None
        assert facts.noise()["swapped_bytes"] == 0.0

    def test_the_doctor_says_what_was_not_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bench.machine.doctor.reading.busy_shares", lambda _: {})
        found = {diagnosis.name: diagnosis for diagnosis in doctor.examine(tmp_path)}

        assert (found["memory"].status, found["memory"].found) == ("ok", "not told by this platform")


def test_version_1_of_control_groups_says_that_there_is_no_limit_with_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "self").write_text("3:memory:/")
    (tmp_path / "memory").mkdir()
    limit = tmp_path / "memory" / "memory.limit_in_bytes"
    limit.write_text("9223372036854771712")
    monkeypatch.setattr(cgroups, "SELF", tmp_path / "self")
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path)

    assert cgroups.memory_bytes() is None
    monkeypatch.setattr(ram, "ram", lambda: None)
    assert cgroups.memory_bytes() is None
    limit.write_text("1073741824")
    assert cgroups.memory_bytes() == 2**30
