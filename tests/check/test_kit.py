"""The contract kit on every workload there is, and on workloads that break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.check import kit
from bench.plan import discovery
from bench.trial import runners
from tests.support.command import ROOT, bench
from tests.support.workloads import spec_of

NAMES = sorted(path.stem for path in (ROOT / "workloads").glob("*.py") if path.stem[0] != "_")


@pytest.mark.parametrize("name", NAMES)
def test_a_discovered_workload_keeps_the_contract(name: str) -> None:
    results = kit.check(spec_of(name), runners.catalogue())

    assert [f"{result.name}: {result.problem}" for result in results if result.problem] == []
    assert {f"runs under {runner}" for runner in ("sync", "threads", "processes", "asyncio")} <= {
        r.name for r in results
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_documented(name: str) -> None:
    (found,) = discovery.in_file(ROOT / "workloads" / f"{name}.py")

    assert found.summary
    assert [parameter for parameter in found.parameters.values() if not parameter.doc] == []


BAD = """
import asyncio, threading, time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from bench import Workload

@dataclass(frozen=True)
class Bad(Workload):
    @contextmanager
    def blocking(self, ctx):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        print("a stray line")
        yield lambda: 1

    @asynccontextmanager
    async def coroutine(self, ctx):
        async def op():
            return 2
        self.__dict__.setdefault("tasks", []).append(asyncio.create_task(asyncio.sleep(60)))
        open("/dev/null")
        yield op

    def check(self, result):
        return result == 1
"""


def test_the_kit_names_every_broken_promise(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD)

    done = bench("check", tmp_path / "bad.py", "--json")

    broken = {c["name"]: c["problem"] for c in done.json()["checks"]["bad"] if c["problem"]}
    assert done.code == 1
    assert "1 threads" in broken["blocking: clean tear-down"]
    assert "check(2)" in broken["coroutine: results pass check"]
    assert "never suspends" in broken["coroutine: suspends"]
    assert "1 tasks" in broken["coroutine: clean tear-down"]
    assert "blocking gave 1, coroutine 2" in broken["both forms give equal results"]
    assert "a stray line" in broken["no stray output"]
    assert "the result is wrong" in broken["runs under asyncio"]


HONEST = """
import asyncio, subprocess, threading
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import ClassVar
from bench import Workload

@dataclass(frozen=True)
class Timeouts(Workload):
    \"\"\"A time-out that fires in every op.\"\"\"
    @contextmanager
    def blocking(self, ctx):
        event = threading.Event()
        yield lambda: event.wait(0.006)

    @asynccontextmanager
    async def coroutine(self, ctx):
        event = asyncio.Event()
        async def op():
            try:
                async with asyncio.timeout(0.006):
                    return await event.wait()
            except TimeoutError:
                return False
        yield op

    def check(self, result):
        return result is False

@dataclass(frozen=True)
class Commands(Workload):
    \"\"\"asyncio waits for a child in a thread, which ends a moment after it.\"\"\"
    @contextmanager
    def blocking(self, ctx):
        yield lambda: subprocess.run(["true"], check=True).returncode

    @asynccontextmanager
    async def coroutine(self, ctx):
        async def op():
            process = await asyncio.create_subprocess_exec("true")
            return await process.wait()
        yield op

@dataclass(frozen=True)
class Alone(Workload):
    \"\"\"It never suspends, and is run with one worker only: there is nobody to starve.\"\"\"
    default_concurrency: ClassVar = (1,)
    @asynccontextmanager
    async def coroutine(self, ctx):
        async def op():
            return 1
        yield op
"""


def test_what_is_honest_passes(tmp_path: Path) -> None:
    (tmp_path / "honest.py").write_text(HONEST)

    done = bench("check", tmp_path / "honest.py", "--json")

    problems = {name: [c for c in checks if c["problem"]] for name, checks in done.json()["checks"].items()}
    assert problems == {"honest-timeouts": [], "honest-commands": [], "honest-alone": []}
    assert done.code == 0


DISHONEST = """
import _thread, asyncio, time
from contextlib import contextmanager
from dataclasses import dataclass
from bench import Workload

class Policy(asyncio.DefaultEventLoopPolicy):
    pass

Policy.__module__ = "faster.loops"
asyncio.set_event_loop_policy(Policy())

def patched(*arguments):
    return _start(*arguments)

patched.__module__ = "greenlets.threading"
_start, _thread.start_new_thread = _thread.start_new_thread, patched

@dataclass(frozen=True)
class Dishonest(Workload):
    @contextmanager
    def blocking(self, ctx):
        async def op():
            time.sleep(0.005)
        yield op
"""


def test_what_a_run_would_only_discover_fails(tmp_path: Path) -> None:
    (tmp_path / "dishonest.py").write_text(DISHONEST)

    done = bench("check", tmp_path / "dishonest.py", "--json")

    broken = {c["name"]: c["problem"] for c in done.json()["checks"]["dishonest"] if c["problem"]}
    assert "it is an async function" in broken["blocking: ops succeed"]
    assert "threads (greenlets)" in broken["leaves threads and sockets as they are"]
    assert "faster" in broken["installs no event loop policy"]


def test_check_on_a_good_file_says_so_and_exits_with_0(tmp_path: Path) -> None:
    (tmp_path / "nap.py").write_text((ROOT / "workloads" / "sleep.py").read_text())

    done = bench("check", tmp_path / "nap.py")

    assert done.code == 0
    assert "nap: ok" in done.out
    assert "FAIL" not in done.out
