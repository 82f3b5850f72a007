"""`bench new workload NAME`: a module that passes as it is, with its test, to be changed into what one wants."""

from __future__ import annotations

import keyword
import string
from pathlib import Path

from bench.errors import StoreError, UsageError
from bench.trial import project

MODULE = '''"""$title: say here in one line what the op does; reports show it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated

from bench import AsyncOp, Between, Context, Op, Workload


@dataclass(frozen=True)
class $class_name(Workload):
    """Wait a little, and return what was asked for.

    Parameters:
        wait_ms: how long one op waits.
    """

    # Each field is a parameter: bench run $name --set $name.wait_ms=5,20 measures both.
    wait_ms: Annotated[float, Between(0, 60_000)] = 10

    @contextmanager
    def blocking(self, ctx: Context) -> Iterator[Op]:
        # Set up here, once per worker: open a connection, prepare data. ctx.concurrency is the number of workers.
        seconds = self.wait_ms / 1000

        def op() -> str:
            time.sleep(seconds)  # the work; only this is timed
            return "done"

        yield op
        # Tear down here.

    @asynccontextmanager
    async def coroutine(self, ctx: Context) -> AsyncIterator[AsyncOp]:
        # The same work for an event loop. Leave this form out if there is none: its cells will say so.
        import asyncio  # here, so that a blocking run does not hold its memory

        seconds = self.wait_ms / 1000

        async def op() -> str:
            await asyncio.sleep(seconds)  # a coroutine op waits at least once, or one worker starves the others
            return "done"

        yield op

    def check(self, result: str) -> bool:
        # Called after every op, inside its time: keep it small. Leave it out where any result will do.
        return result == "done"

    def least_latency_s(self) -> float:
        # No honest op ends sooner; those that do are counted. Leave it out where nothing is known.
        return self.wait_ms / 1000
'''

TEST = '''"""The workload $name keeps the contract: forms, results, clean-up, under every runner that can run here."""

import subprocess
import sys
from pathlib import Path

MODULE = Path(__file__).resolve().parents[1] / "$folder" / "$name.py"


def test_${name}_keeps_the_contract() -> None:
    done = subprocess.run([sys.executable, "-m", "bench", "check", str(MODULE)], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
'''


def workload(name: str, here: Path) -> tuple[Path, Path]:
    """Write ``workloads/NAME.py`` and ``tests/test_NAME.py`` below a directory; return both.

    Raises:
        UsageError: the name is none for a module, or one of the files is there.
        StoreError: they cannot be written.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise UsageError(f"{name!r} is no name for a module; take letters, digits and _, beginning with a letter")
    module, test = here / project.PACKAGE / f"{name}.py", here / "tests" / f"test_{name}.py"
    for file in (module, test):
        if file.exists():
            raise UsageError(f"{file.relative_to(here)} is there already; take another name")
    class_name = "".join(part.capitalize() for part in name.split("_") if part)
    words = {"name": name, "title": name.replace("_", " ").capitalize(), "class_name": class_name}
    try:
        for file, text in ((module, MODULE), (test, TEST)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(string.Template(text).substitute(words, folder=project.PACKAGE), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}; choose a directory you may write to") from error
    return module, test
