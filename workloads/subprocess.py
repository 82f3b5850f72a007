"""Starting a child and reading what it writes: what scripts that glue programs together do."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bench import AsyncOp, Between, Context, Op, Workload


@dataclass(frozen=True)
class Subprocess(Workload):
    """Start ``head``, read its output to the end and wait for it: subprocess.run against create_subprocess_exec.

    Parameters:
        output_bytes: how much the child writes.
    """

    by_default: ClassVar[bool] = False
    default_concurrency: ClassVar[tuple[int, ...] | None] = (1, 8)

    output_bytes: Annotated[int, Between(0)] = 1_024

    @property
    def _command(self) -> tuple[str, ...]:
        return ("head", "-c", str(self.output_bytes), "/dev/zero")

    def missing(self, form: str) -> str:
        return "" if shutil.which("head") else "there is no command called head: install the GNU coreutils"

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        import subprocess

        command = self._command
        yield lambda: len(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        import asyncio

        command = self._command

        async def run() -> int:
            process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
            output, _ = await process.communicate()
            return len(output) if process.returncode == 0 else -1

        yield run

    def check(self, result: int) -> bool:
        return result == self.output_bytes
