"""Every way to a file does the same work, and what is called cold has been out of memory."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.workload import Context
from tests.support.workloads import spec_of
from workloads import _files
from workloads.file_io import FileIo

ACCESS = ("executor", "to_thread", "aiofiles", "inline")
SHARED_MEMORY = Path("/dev/shm")


def one_op(workload: FileIo, directory: Path, access: str | None) -> object:
    """The result of one op: blocking, or as a coroutine by that access."""
    ctx = Context(str(directory), None, concurrency=1)
    if access is None:
        with workload.blocking(ctx) as op:
            return op()

    async def main() -> object:
        chosen = replace(workload, access=access)  # type: ignore[arg-type]
        async with chosen.coroutine_client(ctx) as pool, chosen.coroutine(replace(ctx, client=pool)) as op:
            return await op()

    return asyncio.run(main())


@pytest.mark.parametrize("access", [None, *ACCESS])
@pytest.mark.parametrize(
    "workload",
    [
        FileIo(size_bytes=1000),
        FileIo(size_bytes=1000, files=3),
        FileIo(size_bytes=1000, files=3, what="read"),
        FileIo(size_bytes=1000, durable=True),
        FileIo(size_bytes=0),
    ],
    ids=["one", "several", "read", "durable", "empty"],
)
def test_every_access_gives_all_bytes_back(workload: FileIo, access: str | None, tmp_path: Path) -> None:
    result = one_op(workload, tmp_path, access)

    assert result == workload.size_bytes * workload.files
    assert workload.check(result)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("access", [None, *ACCESS])
def test_what_was_not_kept_is_a_wrong_result(
    access: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_files.Files, "unchanged", lambda self, back: -1)
    workload = FileIo(size_bytes=1000, files=2)

    result = one_op(workload, tmp_path, access)

    assert isinstance(result, int)
    assert not workload.check(result)


@pytest.mark.parametrize("access", [None, *ACCESS])
def test_a_write_is_synced_when_asked_and_only_then(
    access: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(1))
    counts = []
    for workload in (FileIo(), FileIo(durable=True), FileIo(files=3, durable=True)):
        synced.clear()
        one_op(workload, tmp_path, access)
        counts.append(len(synced))

    assert counts == [0, 2, 6]  # once when the worker made its files, once in the op


@pytest.mark.parametrize("access", [None, *ACCESS])
@pytest.mark.parametrize("what", ["read", "write-read"])
def test_cold_reads_find_nothing_in_memory(
    what: str, access: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if why := _files.cannot_be_cold(tmp_path):
        pytest.skip(why)
    workload = FileIo(what=what, cache="cold")  # type: ignore[arg-type]

    assert workload.check(one_op(workload, tmp_path, access))  # type: ignore[arg-type]

    monkeypatch.setattr(_files, "evict", lambda descriptor: None)
    assert not workload.check(one_op(workload, tmp_path, access))  # type: ignore[arg-type]


def test_files_in_memory_are_named_for_what_they_are() -> None:
    if not SHARED_MEMORY.is_dir():
        pytest.skip("there is no /dev/shm here")
    assert "tmpfs" in _files.cannot_be_cold(SHARED_MEMORY) or "does not tell" in _files.cannot_be_cold(SHARED_MEMORY)
    with (
        pytest.raises(RuntimeError, match=r"choose file_io\.cache=warm"),
        FileIo(cache="cold").fixture(SHARED_MEMORY),
    ):
        pass


def test_what_is_missing_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workloads.file_io.find_spec", lambda name: None)
    monkeypatch.delattr(os, "posix_fadvise", raising=False)

    assert FileIo(access="aiofiles").missing("coroutine") == "aiofiles is not installed: pip install aiofiles"
    assert FileIo(access="aiofiles").missing("blocking") == FileIo().missing("coroutine") == ""
    assert "choose file_io.cache=warm" in FileIo(cache="cold").missing("blocking")


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="what=read writes nothing"):
        spec_of("file_io", what="read", durable="true")
