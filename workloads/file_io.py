"""Writing files and reading them back: blocking system calls that an event loop can only hand to threads."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from bench import AsyncOp, Between, Context, Op, Workload
from workloads._files import COLD_NEEDS, Files, cannot_be_cold, own_files

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


@dataclass(frozen=True)
class FileIo(Workload):
    """Write a file, read it back and compare; the coroutine form hands each whole op to one of C executor threads.

    The file stays in the page cache: this measures system calls and hand-over, not a disk, unless it is durable or
    cold. A virtual machine's host may have a cache of its own, which nobody inside can see.

    Parameters:
        access: how the coroutine form reaches the files: by a hop to an executor of C threads, by asyncio.to_thread
            (whose executor has min(32, CPUs + 4) threads whatever C is), by aiofiles (a hop to one of C threads for
            every call), or inline, where the loop stands still.
        what: write-read, or read alone.
        files: how many files one op visits: 256 of 4 KiB are another thing than one of 1 MiB.
        size_bytes: length of each.
        durable: wait until the device has the data before reading it back.
        cache: warm; or cold, where every file is written to the device, evicted and, before it is read, shown to be
            out of memory: an op that finds it there is wrong.
    """

    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, 8)

    size_bytes: Annotated[int, Between(0)] = 65_536
    files: Annotated[int, Between(1, 100_000)] = 1
    what: Literal["write-read", "read"] = "write-read"
    access: Literal["executor", "to_thread", "aiofiles", "inline"] = "executor"
    durable: bool = False
    cache: Literal["warm", "cold"] = "warm"

    def __post_init__(self) -> None:
        if self.durable and self.what == "read":
            raise ValueError("durable is about writing: what=read writes nothing")

    @property
    def libraries(self) -> Mapping[str, str]:  # type: ignore[override]
        return {"coroutine": "aiofiles"} if self.access == "aiofiles" else {}

    def missing(self, form: str) -> str:
        library = self.libraries.get(form)
        if library and not find_spec(library):
            return f"{library} is not installed: pip install {library}"
        if self.cache == "cold" and not all(hasattr(os, name) for name in COLD_NEEDS):
            return "this platform cannot evict a file from memory and show that it did: choose file_io.cache=warm"
        return ""

    @contextmanager
    def fixture(self, directory: Path) -> Iterator[str]:
        if self.cache == "cold" and (why := cannot_be_cold(directory)):
            raise RuntimeError(f"{why}: keep the results elsewhere with -o, or choose file_io.cache=warm")
        yield str(directory)

    @asynccontextmanager
    async def coroutine_client(self, ctx: Context) -> AsyncIterator[ThreadPoolExecutor]:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(ctx.concurrency, thread_name_prefix="file_io") as pool:
            yield pool

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        with self._files(ctx) as own:
            yield own.visit

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio  # here, so that a blocking trial does not hold its 2 MB

        loop = asyncio.get_running_loop()
        with self._files(ctx) as own:
            if self.access == "aiofiles":
                from workloads._files_by_hops import visit

                yield lambda: visit(own, loop, ctx.client)
                return

            async def inline() -> object:
                await asyncio.sleep(0)
                return own.visit()

            ways: dict[str, AsyncOp] = {
                "executor": lambda: loop.run_in_executor(ctx.client, own.visit),
                "to_thread": lambda: asyncio.to_thread(own.visit),
                "inline": inline,
            }
            yield ways[self.access]

    def _files(self, ctx: Context) -> AbstractContextManager[Files]:
        cold, write = self.cache == "cold", self.what == "write-read"
        return own_files(ctx.fixture, self.files, self.size_bytes, write=write, durable=self.durable, cold=cold)

    def check(self, result: int) -> bool:
        return result == self.size_bytes * self.files
