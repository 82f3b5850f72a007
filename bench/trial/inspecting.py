"""The contract kit's process: open a workload's forms, call their ops, and look at what they leave behind.

One order, one reply. What the workload prints is caught by the parent, through the log.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import os
import pickle
import threading
import time
import warnings
from collections.abc import Callable, Generator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from bench.trial import loading
from bench.trial.channel import Message, answer, take_standard_streams
from bench.trial.patches import patched
from bench.trial.recorder import describe
from bench.trial.worker import looking_at
from bench.workload import Context, Workload

OPS = 3
_PATIENCE_S = 1.0


class Check(Exception):
    """A broken promise of the workload, in one line."""


class _Counted:
    """An awaitable that counts how often the one inside it suspends."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.suspended = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._inner.__await__()
        go, value = getattr(steps, "send", lambda _: next(steps)), None
        while True:
            try:
                step = go(value)
            except StopIteration as done:
                return done.value
            self.suspended += 1
            try:
                value = yield step
                go = getattr(steps, "send", lambda _: next(steps))
            except BaseException as error:  # a time-out that fires is thrown in, and is the op's to handle
                go, value = steps.throw, error


def blocking(workload: Workload, ctx: Context) -> list[Any]:
    """Results of a few blocking ops."""
    with workload.blocking_client(ctx) or nullcontext() as client:
        with workload.blocking(replace(ctx, client=client)) as op:
            looked_at = looking_at(op)
            return [looked_at() for _ in range(OPS)]


def coroutine(workload: Workload, ctx: Context) -> tuple[list[Any], int, int]:
    """Results of a few coroutine ops, how many of them never suspended, and tasks left when all scopes are closed."""

    async def inside(client: Any) -> tuple[list[Any], int]:
        async with workload.coroutine(replace(ctx, client=client)) as op:
            results, unsuspended = [], 0
            for _ in range(OPS):
                awaitable = _Counted(op())
                results.append(await awaitable)
                unsuspended += awaitable.suspended == 0
            return results, unsuspended

    async def main() -> tuple[list[Any], int, int]:
        scope = workload.coroutine_client(ctx)
        if scope is None:
            results, unsuspended = await inside(None)
        else:
            async with scope as client:
                results, unsuspended = await inside(client)
        await asyncio.sleep(0)
        return results, unsuspended, len(asyncio.all_tasks()) - 1

    return asyncio.run(main())


def _open_things() -> dict[str, int]:
    """What a clean tear-down gives back: threads, child processes, file descriptors."""
    gc.collect()
    things = {"threads": threading.active_count()}
    if os.path.isdir("/proc/self/fd"):  # noqa: PTH112 - pathlib would cost every trial its import
        things["file descriptors"] = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123
            things["processes"] = len(file.read().split())
    except OSError:
        pass
    return things


def _leftovers(act: Any) -> str:
    """Run ``act`` twice and say what the second time left open; the first may open what lasts, such as imports."""
    act()
    before = _open_things()
    act()
    deadline_s = time.monotonic() + _PATIENCE_S
    after = _open_things()
    while any(after[name] > before[name] for name in before) and time.monotonic() < deadline_s:
        time.sleep(0.02)  # a thread that waits for an ended child (asyncio has one) is about to end as well
        after = _open_things()
    left = [f"{after[name] - before[name]} {name}" for name in before if after[name] > before[name]]
    return ", ".join(left)


class Inspection:
    """Collects check names with "" for kept, or how the promise is broken."""

    def __init__(self, workload: Workload, fixture: Any) -> None:
        self.checks: list[list[str]] = []
        self._workload = workload
        self._ctx = Context(fixture=fixture, client=None, concurrency=1)

    def run(self) -> None:
        self._check("pickles", lambda: _pickles(self._workload))
        self._check("leaves threads and sockets as they are", _unpatched)
        self._check("installs no event loop policy", _standard_policy)
        ours = self._blocking() if self._runs("blocking") else []
        theirs = self._coroutine() if self._runs("coroutine") else []
        if ours and theirs:
            self._check("both forms give equal results", lambda: _equal(ours, theirs))

    def _runs(self, form: str) -> bool:
        return self._workload.provides(form) and not self._workload.missing(form)

    def _blocking(self) -> list[Any]:
        results = self._check("blocking: ops succeed", lambda: blocking(self._workload, self._ctx))
        if results is None:
            return []
        self._check("blocking: results pass check", lambda: _passes(self._workload, results))
        self._check(
            "blocking: clean tear-down", lambda: _clean(_leftovers(lambda: blocking(self._workload, self._ctx)))
        )
        return list(results)

    def _coroutine(self) -> list[Any]:
        answer = self._check("coroutine: ops succeed", lambda: coroutine(self._workload, self._ctx))
        if answer is None:
            return []
        results, unsuspended, tasks = answer
        self._check("coroutine: results pass check", lambda: _passes(self._workload, results))
        alone = self._workload.default_concurrency == (1,)  # then there is nobody to starve
        self._check("coroutine: suspends", lambda: _suspends(0 if alone else unsuspended))
        left = _leftovers(lambda: coroutine(self._workload, self._ctx))
        self._check("coroutine: clean tear-down", lambda: _clean(f"{tasks} tasks" if tasks else left))
        return list(results)

    def _check(self, name: str, act: Callable[[], Any]) -> Any:
        """Run one check; return its value, None when it is broken."""
        try:
            value = act()
        except Check as broken:
            self.checks.append([name, str(broken)])
        except BaseException as error:  # whatever it is, it is the answer
            self.checks.append([name, describe(error)])
        else:
            self.checks.append([name, ""])
            return value
        return None


def _pickles(workload: Workload) -> None:
    if pickle.loads(pickle.dumps(workload)) != workload:  # noqa: S301 - made one line above
        raise Check("the workload is not equal to itself after pickling; make it a frozen dataclass")


def _passes(workload: Workload, results: list[Any]) -> None:
    for result in results:
        if workload.check(result) is not True:
            raise Check(f"check({result!r:.60}) is not True")


def _unpatched() -> None:
    if found := patched().get("patched"):
        raise Check(f"replaced: {found}; the rows of the report would not be what they are called")


def _standard_policy() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # policies go away in Python 3.16
        policy = type(asyncio.get_event_loop_policy())
    if policy.__module__.partition(".")[0] != "asyncio":
        by = policy.__module__.partition(".")[0]
        raise Check(f"one of {by} is installed; leave the choice of the loop to the runners")


def _suspends(unsuspended: int) -> None:
    if unsuspended:
        raise Check("the op never suspends, so one worker would starve the others; await asyncio.sleep(0) in it")


def _clean(left: str) -> None:
    if left:
        raise Check(f"left behind: {left}")


def _equal(ours: list[Any], theirs: list[Any]) -> None:
    if ours != theirs:
        raise Check(f"blocking gave {ours[0]!r:.60}, coroutine {theirs[0]!r:.60}")


def main() -> None:
    channel = take_standard_streams()
    order, _ = channel.receive()
    reply: Message
    try:
        workload = loading.load(order["workload"])
        fixture = pickle.loads(base64.b64decode(order["fixture"]))  # noqa: S301
        inspection = Inspection(workload, fixture)
        inspection.run()
        reply = {"checks": inspection.checks}
    except BaseException as error:
        reply = {"error": describe(error)}
    channel.send(answer(order, reply))
