"""Writing a file and reading it back: blocking system calls that an event loop can only hand to threads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from bench import AsyncOp, Between, Context, Op, Workload

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


@dataclass(frozen=True)
class FileIo(Workload):
    """Write a file, read it back and compare; the coroutine form hands each whole op to one of C executor threads.

    The file stays in the page cache: this measures system calls and hand-over, not a disk, unless fsync is on.

    Parameters:
        access: how the coroutine form reaches the file: by a hop to an executor of C threads, by asyncio.to_thread
            (whose executor has min(32, CPUs + 4) threads whatever C is), or inline, where the loop stands still.
        size_bytes: length of the file.
        fsync: wait until the device has the data before reading it back.
    """

    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, 8)

    size_bytes: Annotated[int, Between(0)] = 65_536
    fsync: bool = False
    access: Literal["executor", "to_thread", "inline"] = "executor"

    @contextmanager
    def fixture(self, directory: Path) -> Iterator[str]:
        yield str(directory)

    @asynccontextmanager
    async def coroutine_client(self, ctx: Context) -> AsyncIterator[ThreadPoolExecutor]:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(ctx.concurrency, thread_name_prefix="file_io") as pool:
            yield pool

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        with self._file(ctx.fixture) as write_and_read:
            yield write_and_read

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio  # here, so that a blocking trial does not hold its 2 MB

        loop = asyncio.get_running_loop()
        with self._file(ctx.fixture) as write_and_read:

            async def inline() -> object:
                await asyncio.sleep(0)
                return write_and_read()

            ways: dict[str, AsyncOp] = {
                "executor": lambda: loop.run_in_executor(ctx.client, write_and_read),
                "to_thread": lambda: asyncio.to_thread(write_and_read),
                "inline": inline,
            }
            yield ways[self.access]

    @contextmanager
    def _file(self, directory: str) -> Iterator[Op]:
        """One worker's own file and the op on it; the op returns how many bytes came back unchanged."""
        data = os.urandom(self.size_bytes)
        descriptor, name = tempfile.mkstemp(dir=directory)
        os.close(descriptor)
        path = Path(name)

        def write_and_read() -> int:
            with path.open("wb", buffering=0) as file:
                file.write(data)
                if self.fsync:
                    os.fsync(file)
            with path.open("rb", buffering=0) as file:
                return len(data) if file.read() == data else -1

        try:
            yield write_and_read
        finally:
            path.unlink()

    def check(self, result: int) -> bool:
        return result == self.size_bytes
