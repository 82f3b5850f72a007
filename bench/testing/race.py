"""The value of the fixture ``race``: measures functions in turns, and answers who is faster, on evidence only."""

from __future__ import annotations

import asyncio
import functools
import inspect
import tempfile
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.api import Run
from bench.cli import planning, racing
from bench.cli.planning import RunOptions
from bench.errors import BenchError, UsageError
from bench.judge import sentences
from bench.measure import here
from bench.model import Comparison, Plan, StoredRun, WorkloadSpec
from bench.testing import rows

BUDGET_S = 3.0
CONCURRENCY = (1, 8)
ALONE = "processes"
"""The runner that needs functions which other processes can import."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether a claim holds; false with a reason that pytest shows."""

    holds: bool
    told: str

    def __bool__(self) -> bool:
        return self.holds

    def __repr__(self) -> str:
        return self.told


class Race:
    """Functions against each other, under several runners, in one test."""

    def __init__(self, request: pytest.FixtureRequest, *, disabled: bool) -> None:
        self._request = request
        self._disabled = disabled
        mark = request.node.get_closest_marker("runners")
        self._runners: tuple[str, ...] | None = tuple(mark.args) if mark and mark.args else None
        options = dict(mark.kwargs) if mark else {}
        self._concurrency = tuple(_listed(options.pop("concurrency", CONCURRENCY)))
        budget_s = options.pop("budget_s", BUDGET_S)
        self._budget_s = float(request.config.getoption("--race-budget") or budget_s)
        if options:
            raise UsageError(f"the mark runners has no {', '.join(options)}: it has concurrency and budget_s")
        self._run: Run | None = None

    @property
    def run(self) -> Run:
        """What was measured, as tables: ``race.run.cases()``, ``race.run.comparisons()``."""
        if self._run is None:
            raise UsageError("nothing was measured yet: call race(op), without --benchmark-disable")
        return self._run

    def __call__(
        self,
        op: Callable[[], Any] | None = None,
        /,
        *,
        blocking: Callable[..., Any] | None = None,
        coroutine: Callable[..., Awaitable[Any]] | None = None,
        setup: Callable[..., Any] | None = None,
        check: Callable[[Any], object] | None = None,
        isolated: bool | None = None,
    ) -> Race:
        """Measure.

        Args:
            op: one function, told apart by looking: ``async def`` or not. blocking, coroutine: both, by name.
            setup: as of `bench.race`; only where isolated.
            check: tells whether a result is right; a wrong one is a failed op, and the test fails.
            isolated: in fresh processes, which import the functions by name, as ``bench race`` does; else in this
                one, where an op may use fixtures of the test. None isolates where processes are among the runners.

        Raises:
            pytest.fail: an op failed.
        """
        forms = _forms(op, blocking, coroutine)
        if self._disabled:
            _called_once(forms, check)
            return self
        apart = isolated if isolated is not None else ALONE in (self._runners or ())
        if setup is not None and not apart:
            raise UsageError("setup is for isolated=True; in this process use fixtures of the test")
        self._run = self._isolated(forms, setup, check) if apart else self._here(forms, check)
        rows.report(self._request, self._run)
        self._fail_where_ops_failed()
        return self

    def faster(self, one: str, *, than: str, by: float = 1.0, concurrency: int | None = None) -> Evidence:
        """Whether one runner has at least ``by`` times the throughput of another.

        True where the whole 95 % interval of the ratio says so, false where all of it denies it. Otherwise the test is
        skipped with the reason, or fails under ``--race-strict``.

        Args:
            concurrency: at how many workers; None for each that was measured.
        """
        if self._disabled:
            return Evidence(True, "not measured: --benchmark-disable")
        pairs = [
            pair
            for pair in self.run.summary.comparisons
            if (pair.runner, pair.baseline, pair.copy) == (one, than, 1) and concurrency in (None, pair.concurrency)
        ]
        if not pairs:
            cases = {case.runner for case in self.run.summary.cases}
            raise UsageError(f"{one} and {than} were not measured together; there are: {', '.join(sorted(cases))}")
        return self._judged(pairs, by)

    def _judged(self, pairs: list[Comparison], by: float) -> Evidence:
        told = "; ".join(
            f"{pair.runner} is {sentences.ratio(pair.ratio)} {pair.baseline} at C = {pair.concurrency}"
            for pair in pairs
        )
        wanted = f"{by:g} times as fast"
        if all(pair.ratio.low is not None and pair.ratio.low >= by for pair in pairs):
            return Evidence(True, f"{wanted}: {told}")
        if any(pair.ratio.high is not None and pair.ratio.high < by for pair in pairs):
            return Evidence(False, f"not {wanted}: {told}")
        why = f"inconclusive whether {wanted}: {told}; give it more time with --race-budget"
        if self._request.config.getoption("--race-strict"):
            pytest.fail(why, pytrace=False)
        pytest.skip(why)

    def _isolated(self, forms: dict[str, Any], setup: Any, check: Any) -> Run:
        with tempfile.TemporaryDirectory() as results:
            try:
                found = racing.race(
                    **forms, setup=setup, check=check, runners=self._runners, concurrency=self._concurrency,
                    budget_s=self._budget_s, results=results,
                )  # fmt: skip
            except BenchError as error:
                pytest.fail(str(error), pytrace=False)
            found.summary  # noqa: B018 - worked out while the files are there
            return found

    def _here(self, forms: dict[str, Any], check: Any) -> Run:
        plan = self._plan(forms)
        made = here.CheckedFunctions(**forms, check=check) if check else here.Functions(**forms)
        began = datetime.now(UTC)
        trials = _apart(lambda: here.measure(plan, made, self._budget_s))
        elapsed_s = (datetime.now(UTC) - began).total_seconds()
        return Run(
            StoredRun(
                Path(), "here", began.isoformat(timespec="seconds"), (), plan, {}, "completed", elapsed_s, trials=trials
            )
        )

    def _plan(self, forms: dict[str, Any]) -> Plan:
        there = [form for form in ("blocking", "coroutine") if forms[form] is not None]
        name = self._request.node.name
        spec = WorkloadSpec(
            name=name, label=name, file="", module="", class_name="Functions", summary=name, parameters={},
            forms=tuple(there), libraries={}, has_fixture=False, least_latency_s=0.0, default_concurrency=None,
            source_sha256="",
        )  # fmt: skip
        options = RunOptions.usual(
            runners=self._runners or here.names(), concurrency=self._concurrency, budget=self._budget_s
        )
        plan = planning.of_specs(replace(options, placement="free"), [spec]).plan
        return replace(plan, settings=replace(plan.settings, further_blocks=0, twins=False))

    def _fail_where_ops_failed(self) -> None:
        for case in self.run.summary.cases:
            if case.status not in {"measured", "not provided"} or case.errors:
                failed = f"{case.errors:,} ops failed" if case.errors else case.status
                told = next(
                    (
                        text
                        for trial in self.run.stored.trials
                        if trial.runner == case.runner
                        for text in trial.messages
                    ),
                    case.reason,
                )
                pytest.fail(f"{case.runner} at C = {case.concurrency}: {failed}: {told}", pytrace=False)


def _listed(concurrency: Any) -> list[int]:
    return [concurrency] if isinstance(concurrency, int) else list(concurrency)


def _forms(op: Any, blocking: Any, coroutine: Any) -> dict[str, Any]:
    """Form -> function."""
    if (op is None) == (blocking is None and coroutine is None):
        raise UsageError("race(op), or race(blocking=f, coroutine=g)")
    if op is not None:
        return {"blocking": None, "coroutine": op} if _is_async(op) else {"blocking": op, "coroutine": None}
    return {"blocking": blocking, "coroutine": coroutine}


def _is_async(op: Any) -> bool:
    while isinstance(op, functools.partial):
        op = op.func
    return inspect.iscoroutinefunction(op) or inspect.iscoroutinefunction(getattr(op, "__call__", None))  # noqa: B004


def _called_once(forms: dict[str, Any], check: Callable[[Any], object] | None) -> None:
    """What pytest-benchmark does where it is disabled: each function once, without a clock."""
    results = []
    if forms["blocking"] is not None:
        results.append(forms["blocking"]())
    if (op := forms["coroutine"]) is not None:

        async def once() -> Any:
            return await op()

        results.append(_apart(lambda: asyncio.run(once())))
    for result in results:
        if check is not None and not check(result):
            pytest.fail(f"the result is wrong: {result!r}", pytrace=False)


def _apart(act: Callable[[], Any]) -> Any:
    """Do it in a thread of its own: an async test has a loop in this one, and a thread can have but one."""
    kept: list[Any] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            kept.append(act())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, name="race", daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return kept[0]
