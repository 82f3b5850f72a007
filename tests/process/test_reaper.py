"""Whatever kills a session or its reaper: no process is left, and no file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from bench.process import reaper as reapers
from bench.process.reaper import MARK, Reaper
from tests.support.command import ROOT, alive
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="marks are read from /proc")

BROOD = """
import os, time
if os.fork() == 0:
    time.sleep(600)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"""
"""A contestant with a child of its group, and one that has left its group and its tree."""

SESSION = """
import os, subprocess, sys
from pathlib import Path
from bench.process.reaper import Reaper
with Reaper() as reaper:
    for name in sys.argv[2:]:
        reaper.clean(Path(name))
    brood = subprocess.Popen(
        [sys.executable, "-c", sys.argv[1]], env={**os.environ, **reaper.environment}, start_new_session=True
    )
    reaper.watch(brood.pid)
    (reaper.temporary / "of a contestant").write_text("x")
    print(reaper.temporary, flush=True)
    sys.stdin.read()
"""


@dataclass
class Session:
    process: subprocess.Popen[bytes]
    temporary: Path

    @property
    def reaper(self) -> psutil.Process:
        return next(child for child in psutil.Process(self.process.pid).children() if "reaper.py" in child.cmdline()[3])

    @property
    def left(self) -> list[str]:
        """What is there of it: processes, its reaper included, and its directory."""
        return [*alive(self.temporary.name), *map(str, self.temporary.parent.glob(self.temporary.name))]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary files of our own, lest the sessions of others be seen."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@contextmanager
def session(*directories: bytes | Path, temporary: Path) -> Iterator[Session]:
    """A session with a brood of four processes, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", SESSION, BROOD, *directories], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
    )  # fmt: skip
    assert process.stdout is not None
    with process:
        there = Session(process, Path(os.fsdecode(process.stdout.readline().rstrip(b"\n"))))
        until(lambda: len(alive(there.temporary.name)) == 4)  # the reaper and three of the brood
        yield there


def test_a_clean_exit_removes_every_process_and_file(temporary: Path) -> None:
    with session(temporary=temporary) as running:
        running.process.communicate()

        assert running.process.returncode == 0
        assert running.left == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_session_that_is_killed_leaves_nothing(number: int, temporary: Path) -> None:
    with session(temporary=temporary) as running:
        running.process.send_signal(number)

        assert until(lambda: not running.left), running.left


def test_where_the_reaper_was_killed_the_session_does_its_work(temporary: Path) -> None:
    with session(temporary=temporary) as running:
        running.reaper.kill()
        running.process.communicate()

        assert running.left == []


def test_where_the_reaper_is_stopped_the_session_ends_all_the_same(temporary: Path) -> None:
    with session(temporary=temporary) as running:
        running.reaper.suspend()
        running.process.communicate(timeout=30)

        assert until(lambda: not running.left), running.left


@pytest.mark.parametrize("stopped", [False, True])
def test_where_both_were_killed_the_next_session_sweeps(stopped: bool, temporary: Path) -> None:
    with session(temporary=temporary) as running:
        reaper = running.reaper
        reaper.suspend() if stopped else reaper.kill()
        running.process.kill()
        running.process.wait()
        assert len(alive(running.temporary.name)) >= 3

        with Reaper():
            left = [line for line in alive(running.temporary.name) if "reaper.py" not in line]

        assert left == []
        assert not running.temporary.exists()
        if stopped:
            reaper.resume()
            assert until(lambda: not running.left)


def test_the_directory_of_a_live_session_is_never_swept(temporary: Path) -> None:
    with session(temporary=temporary) as running, Reaper() as second, Reaper():
        assert running.temporary.exists()
        assert second.temporary.exists()
        assert len(alive(running.temporary.name)) == 4


def test_a_killed_reaper_is_replaced_and_knows_what_the_first_one_knew(temporary: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    with Reaper() as mine:
        mine.clean(before)
        watched = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
        with watched:
            mine.watch(watched.pid)
            first = mine._process
            first.kill()
            first.wait()
            mine.forget(1 << 30)  # tells, and finds nobody who listens

            assert mine._process.pid != first.pid
            mine.__exit__(None, None, None)
            assert watched.wait(20) == -signal.SIGKILL
        assert not before.exists()
        mine.__enter__()


def test_a_reaper_that_reads_nothing_never_stops_the_session(temporary: Path) -> None:
    with Reaper() as mine:
        first = mine._process.pid
        os.kill(first, signal.SIGSTOP)
        for group in range(1 << 20, (1 << 20) + 20_000):  # more than a pipe holds
            mine.watch(group)
            mine.forget(group)

        assert mine._process.pid != first


@pytest.mark.parametrize(
    "name", [b"with spaces", b"two\nlines", b"caf\xe9", "Zürich".encode(), b"%41=+-", b"long" * 60],
    ids=["spaces", "newline", "latin-1", "utf-8", "signs", "long"],
)  # fmt: skip
def test_directories_of_any_name_are_removed(name: bytes, temporary: Path, tmp_path: Path) -> None:
    directory = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    (directory / "inner").mkdir(parents=True)
    with session(directory, temporary=temporary) as running:
        running.process.kill()
        assert until(lambda: not running.left)
    assert not directory.exists()

    (directory / "inner").mkdir(parents=True)
    with session(directory, temporary=temporary) as running:
        running.reaper.kill()
        running.process.kill()
        running.process.wait()
        with Reaper():
            assert not directory.exists()


def test_what_a_session_was_writing_when_it_was_killed_is_not_obeyed(temporary: Path, tmp_path: Path) -> None:
    for name in ("result", "results", "results-of-today"):
        (tmp_path / name).mkdir()
    lone = subprocess.Popen([sys.executable, "-I", "-S", reapers.__file__, "deadheat-none"], stdin=subprocess.PIPE)
    lone.communicate(f"={tmp_path}/results".encode())  # cut off before "-of-today\n"

    assert lone.returncode == 0
    assert len(list(tmp_path.glob("result*"))) == 3


def test_a_session_that_died_while_it_began_is_swept_once_it_is_old_and_what_is_not_ours_stays(temporary: Path) -> None:
    begun = temporary / "deadheat-begun"
    old = temporary / "deadheat-old"
    strange = temporary / "deadheat-strange"
    for directory in (begun, old, strange):
        directory.mkdir()
    (strange / "owned by a user").write_text("x")
    (temporary / "deadheat-link").symlink_to(strange)
    for directory in (old, strange):
        os.utime(directory, (0, 0))

    with Reaper():
        left = {path.name for path in temporary.glob("deadheat-*") if len(path.name) < 20}

    assert left >= {"deadheat-begun", "deadheat-strange", "deadheat-link"}
    assert not old.exists()


def test_what_a_bout_left_behind_is_cleared_and_the_session_goes_on(temporary: Path) -> None:
    with Reaper() as mine:
        brood = subprocess.Popen(
            [sys.executable, "-c", BROOD], env={**os.environ, **mine.environment}, start_new_session=True
        )
        with brood:
            assert until(lambda: len(alive(mine.temporary.name)) == 4)
            place = Path(mine.environment["TMPDIR"])
            (place / "of a contestant").mkdir()
            mine.clear()

            assert list(place.iterdir()) == []
            assert [line for line in alive(mine.temporary.name) if "reaper.py" not in line] == []
            assert mine.temporary.exists()


def test_a_session_inside_a_session_ends_with_it(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Reaper() as outer:
        monkeypatch.setenv(MARK, outer.environment[MARK])
        with Reaper() as inner:
            brood = subprocess.Popen(
                [sys.executable, "-c", BROOD], env={**os.environ, **inner.environment}, start_new_session=True
            )
            with brood:
                assert until(lambda: len(alive(inner.temporary.name)) >= 4)
                outer.clear()

                assert alive(inner.temporary.name) == []


def test_no_place_for_temporary_files_leaves_nothing_half_made(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(OSError, match="No space left"):
        Reaper().__enter__()

    assert list(temporary.iterdir()) == []
