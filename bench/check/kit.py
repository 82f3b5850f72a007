"""The contract kit: does a workload keep what `bench.workload` asks? ``bench check`` and the tests run the same one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.errors import FixtureFailed, TrialFailed
from bench.measure import fixture
from bench.measure.contestant import LiveTrial
from bench.measure.pace import FIRST
from bench.model import Contestant, WorkloadSpec
from bench.process.child import Child, ChildLost
from bench.process.launch import executed
from bench.process.reaper import Reaper
from bench.trial.runners import RunnerInfo, missing

CONCURRENCY = 2
TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the answer: ``problem`` is empty when the promise is kept, ``note`` says why one was skipped."""

    name: str
    problem: str = ""
    note: str = ""


def check(spec: WorkloadSpec, runners: Mapping[str, RunnerInfo]) -> list[CheckResult]:
    """Run every check on one workload, its fixture included, and a short turn under every runner it has a form for."""
    results = [
        CheckResult(f"{form} form", note="" if form in spec.forms else "not provided; its runners' cells stay empty")
        for form in ("blocking", "coroutine")
    ]
    if set(spec.forms) <= set(spec.missing):
        return [*results, *(CheckResult(f"{form} form runs", note=reason) for form, reason in spec.missing.items())]
    with Reaper() as reaper, tempfile.TemporaryDirectory() as scratch:
        try:
            with fixture.running(spec, Path(scratch), reaper, TIMEOUT_S) as server:
                if spec.has_fixture:
                    results.append(CheckResult("fixture starts"))
                results += _inspect(spec, server, reaper)
                for info in runners.values():
                    results += _turn(spec, info, server, reaper)
        except FixtureFailed as failure:
            results.append(CheckResult("fixture starts", str(failure)))
    return results


def _inspect(spec: WorkloadSpec, server: fixture.FixtureProcess, reaper: Reaper) -> list[CheckResult]:
    try:
        child = Child(executed("bench.trial.inspecting", reaper.environment), reaper)
    except ChildLost as lost:
        return [CheckResult("can be inspected", str(lost))]
    try:
        order = {"workload": fixture.specification(spec), "fixture": server.value}
        answer = child.ask(order, TIMEOUT_S)
        output = child.output()
    except ChildLost as lost:
        return [CheckResult("can be inspected", str(lost))]
    finally:
        child.kill()
    results = [CheckResult(name, problem) for name, problem in answer["checks"]]
    stray = f"it printed {output.splitlines()[0][:60]!r}" if output.strip() else ""
    return [*results, CheckResult("no stray output", stray)]


def _turn(spec: WorkloadSpec, info: RunnerInfo, server: fixture.FixtureProcess, reaper: Reaper) -> list[CheckResult]:
    """A short turn of two workers in a real trial process."""
    name = f"runs under {info.name}"
    if info.form not in spec.forms:
        return []
    if reason := missing(info) or spec.missing.get(info.form):
        return [CheckResult(name, note=reason)]
    try:
        trial = LiveTrial(Contestant(info.name), spec, executed("bench.trial", reaper.environment), reaper, TIMEOUT_S)
    except ChildLost as lost:
        return [CheckResult(name, str(lost))]
    try:
        trial.load()
        trial.loaded(server)
        trial.open(CONCURRENCY)
        messages = trial.turn(FIRST).messages
        trial.close()
    except TrialFailed as failure:
        return [CheckResult(name, str(failure))]
    finally:
        trial.stop()
    return [CheckResult(name, f"an op failed: {next(iter(messages))}" if messages else "")]
