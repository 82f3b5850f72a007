"""A disk that does not take what is written: one line that says what to do, and what was there stays."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from bench.errors import StoreError
from bench.results import store
from tests.support.unusual import bout, stored


class TestDisk:
    """The tests may run as root, who may write everywhere: so the obstacles are files, and a limit of their size."""

    def test_results_that_are_a_file_are_one_line_that_names_the_path_and_the_remedy(self, tmp_path: Path) -> None:
        obstacle = tmp_path / "results"
        obstacle.write_text("not a directory")

        with pytest.raises(StoreError) as refused:
            stored(obstacle)

        assert str(refused.value).startswith(f"cannot write {obstacle}: ")
        assert str(refused.value).endswith("choose a directory you may write to with -o")
        assert obstacle.read_text() == "not a directory"

    def test_results_below_a_file_are_refused(self, tmp_path: Path) -> None:
        obstacle = tmp_path / "file"
        obstacle.write_text("")

        with pytest.raises(StoreError, match="cannot write"):
            stored(obstacle / "results")

    def test_a_latest_that_is_a_directory_is_refused_and_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "latest").mkdir()
        (tmp_path / "latest" / "mine").write_text("keep")

        with pytest.raises(StoreError, match="latest"):
            stored(tmp_path)

        assert (tmp_path / "latest" / "mine").read_text() == "keep"

    def test_a_full_device_is_an_error_in_words(self, tmp_path: Path) -> None:
        if not Path("/dev/full").exists():
            pytest.skip("this platform has no /dev/full")
        made = stored(tmp_path)
        (made.directory / "trials.jsonl").symlink_to("/dev/full")

        with pytest.raises(StoreError, match=f"cannot write .*: {os.strerror(errno.ENOSPC)}; free some space"):
            made.append(bout(0, "noop"))

    def test_a_disk_that_is_full_in_the_middle_of_a_line_leaves_the_earlier_bouts_intact(self, tmp_path: Path) -> None:
        resource = pytest.importorskip("resource", reason="limits of file sizes are POSIX")
        made = stored(tmp_path, bout(0, "noop"))
        path = made.directory / "trials.jsonl"
        before = path.read_bytes()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
        try:
            with pytest.raises(StoreError, match="cannot write"):
                made.append(bout(0, "sleep"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        assert path.read_bytes()[: len(before)] == before
        assert len(path.read_bytes()) == len(before) + 100  # the disk did fill up inside a line
        assert store.read(made.directory).trials == tuple(bout(0, "noop"))

    def test_a_description_that_cannot_be_replaced_stays_the_old_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = stored(tmp_path)
        before = (made.directory / "run.json").read_text()

        def refuse(*_: object, **__: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refuse)  # the first call that a full disk makes fail
            with pytest.raises(StoreError, match=os.strerror(errno.ENOSPC)):
                made.finish("completed", 1.0)

        assert (made.directory / "run.json").read_text() == before

    def test_an_error_that_is_not_the_disks_passes_unchanged(self, tmp_path: Path) -> None:
        made = stored(tmp_path)

        def broken() -> Any:
            yield from bout(0, "noop")
            raise KeyError("a bug of ours")

        with pytest.raises(KeyError, match="a bug of ours"):
            made.append(broken())

        assert store.read(made.directory).trials == ()
