"""Every finding: a synthetic run that raises it, and the same run without the fault, which raises nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bench import histogram
from bench.judge import analysis, findings
from bench.judge.findings.pace import split
from bench.model import StoredRun, Summary, TrialResult
from tests.support.synthetic import MIB, QUIET, WINDOW_S, memory, run, spec, trial, turn

Make = Callable[[str, int], TrialResult]


def summary(stored: StoredRun) -> Summary:
    return analysis.summarise(stored)


def ids(stored: StoredRun) -> dict[str, str]:
    """Finding id -> severity."""
    return {finding.id: finding.severity for finding in summary(stored).findings}


def only(runner: str, faulty: Make) -> Make:
    """Trials of which one runner's are faulty."""
    return lambda name, block: faulty(name, block) if name == runner else trial(name, block)


def turns(count: int = 8, **changes: Any) -> list[Any]:
    return [turn(n, **changes) for n in range(count)]


def test_a_sound_run_has_no_findings() -> None:
    assert ids(run()) == {}


def test_errors_above_a_thousandth_are_invalid_and_withhold_the_verdict() -> None:
    stored = run(only("threads", lambda r, b: trial(r, b, turns=turns(errors=5), messages={"ValueError: no": 40})))

    result = summary(stored)

    assert ids(stored) == {"errors": "invalid"}
    assert "ValueError: no" in result.findings[0].evidence
    assert {p.verdict for p in result.comparisons if "threads" in (p.runner, p.baseline)} == {None}
    assert {p.verdict for p in result.comparisons if "threads" not in (p.runner, p.baseline)} == {"equivalent"}


def test_few_errors_are_a_warning_and_leave_the_verdict() -> None:
    many = turns(rate=1e5)
    many[0] = replace(many[0], errors=1)
    stored = run(lambda r, b: trial(r, b, turns=many, messages={"ValueError: no": 1}))

    assert ids(stored) == {"errors": "warning"}


@pytest.mark.parametrize(("name", "per_op"), [("requests", 2.0), ("bytes", 0.5), ("connections", 1.0)])
def test_a_runner_that_does_other_work_per_op_than_the_rest_makes_the_contest_void(name: str, per_op: float) -> None:
    def counted(share: float) -> Make:
        return lambda r, b: trial(r, b, turns=turns(counters={name: round(100 * share)}))

    unequal = run(lambda r, b: counted(per_op if r == "asyncio" else (0.0 if name == "connections" else 1.0))(r, b))
    equal = run(counted(1.0))

    assert ids(unequal) == {"unequal-work": "invalid"}
    assert {p.verdict for p in summary(unequal).comparisons} == {None}
    assert ids(equal) == {}


def test_a_server_that_never_saw_c_requests_in_flight_shows_a_hidden_limit() -> None:
    def make(most: int) -> Make:
        return lambda r, b: trial(r, b, workers=8, counters={"in_flight_max": most})

    assert ids(run(make(6), concurrency=8)) == {"concurrency-not-reached": "invalid"}
    assert ids(run(make(8), concurrency=8)) == {}


def test_a_runner_with_half_its_workers_breaks_littles_law() -> None:
    half = only("threads", lambda r, b: trial(r, b, workers=8, turns=turns(workers=8, op_time_s=WINDOW_S * 4)))
    slack = only("threads", lambda r, b: trial(r, b, workers=8, turns=turns(workers=8, op_time_s=WINDOW_S * 7.8)))

    assert ids(run(half)) == {"concurrency-not-reached": "invalid"}
    assert ids(run(slack)) == {}


def test_one_worker_that_does_all_ops_is_invalid_and_uneven_threads_are_a_warning() -> None:
    def fairness(value: float) -> Make:
        return only("asyncio", lambda r, b: trial(r, b, workers=8, turns=turns(workers=8, fairness=value)))

    assert ids(run(fairness(0.125))) == {"starved-workers": "invalid"}
    assert ids(run(fairness(0.5))) == {"starved-workers": "warning"}
    assert ids(run(fairness(0.95))) == {}


def test_too_few_ops_are_named() -> None:
    few = only("sync", lambda r, b: trial(r, b, turns=[turn(0, rate=40.0)]))

    assert ids(run(few)) == {"too-few-ops": "warning"}
    assert "--budget" in summary(run(few)).findings[0].remedy


def test_different_libraries_are_said() -> None:
    two = spec(libraries={"blocking": "urllib3", "coroutine": "aiohttp"})
    one = spec(libraries={"blocking": "httpx", "coroutine": "httpx"})

    assert ids(run(workload=two)) == {"different-libraries": "info"}
    assert ids(run(workload=one)) == {}


def test_noop_is_always_harness_bound_and_an_op_ten_times_longer_is_not() -> None:
    burning = [turn(n, cpu_s=WINDOW_S) for n in range(8)]
    noop = run(lambda r, b: trial(r, b, turns=burning), workload=spec("noop"))
    slow = run(lambda r, b: trial(r, b, turns=turns(rate=50.0)), workload=spec("slow"))
    fast = run(lambda r, b: trial(r, b, turns=turns(rate=200.0)), workload=spec("fast"))
    both = _joined(noop, slow, fast)

    found = {case[0] for f in summary(both).findings if f.id == "harness-bound" for case in f.cases}

    assert found == {"noop", "fast"}


def _joined(*runs: StoredRun) -> StoredRun:
    plan = replace(
        runs[0].plan,
        workloads=tuple(w for r in runs for w in r.plan.workloads),
        contests=tuple(c for r in runs for c in r.plan.contests),
    )
    return replace(runs[0], plan=plan, trials=tuple(t for r in runs for t in r.trials))


def test_a_server_at_its_limit_is_named_and_an_idle_one_is_not() -> None:
    def server(cores: float) -> Make:
        return lambda r, b: trial(r, b, turns=turns(server_cpu_s=WINDOW_S * cores))

    assert ids(run(server(0.95))) == {"server-bound": "warning"}
    assert ids(run(server(0.3))) == {}


def test_a_server_that_computes_as_much_as_its_client_is_named() -> None:
    def share(server: float, client: float) -> Make:
        return lambda r, b: trial(r, b, turns=turns(server_cpu_s=WINDOW_S * server, cpu_s=WINDOW_S * client))

    assert ids(run(share(0.7, 0.6))) == {"server-bound": "warning"}
    assert ids(run(share(0.7, 0.8))) == {}
    assert ids(run(share(0.1, 0.05))) == {}


def test_a_blocked_loop_is_named_and_lag_of_threads_is_not() -> None:
    def late(runner: str, late_ns: int) -> Make:
        lag = histogram.count(np.full(40, late_ns))
        return only(runner, lambda r, b: trial(r, b, lag=lag, lag_max_s=late_ns / 1e9))

    assert ids(run(late("asyncio", 40_000_000))) == {"event-loop-blocked": "warning"}
    assert ids(run(late("threads", 40_000_000))) == {}
    assert ids(run(late("asyncio", 1_000_000))) == {}


def test_a_sleep_of_less_than_5_ms_or_a_fraction_is_too_coarse_for_event_loops_only() -> None:
    def of(least_s: float, runners: tuple[str, ...], early: int = 0) -> StoredRun:
        return run(
            lambda r, b: trial(r, b, turns=turns(early=early)), runners=runners, workload=spec(least_latency_s=least_s)
        )

    assert ids(of(0.0004, ("sync", "asyncio"))) == {"timer-too-coarse": "invalid"}
    assert ids(of(0.0055, ("sync", "asyncio"))) == {"timer-too-coarse": "warning"}
    assert ids(of(0.0004, ("sync", "threads"))) == {}
    assert ids(of(0.01, ("sync", "asyncio"))) == {}
    assert ids(of(0.01, ("sync", "asyncio"), early=5)) == {"timer-too-coarse": "warning"}
    assert ids(of(0.01, ("sync", "asyncio"), early=80)) == {"timer-too-coarse": "invalid"}


@pytest.mark.parametrize(("factor", "name"), [(1.03, "still-warming"), (0.97, "drifting")])
def test_a_rate_that_turn_order_explains_is_named(factor: float, name: str) -> None:
    moving = only("threads", lambda r, b: trial(r, b, turns=[turn(n, rate=1000 * factor**n) for n in range(8)]))

    assert ids(run(moving)) == {name: "warning"}


def test_a_drift_that_all_contestants_share_is_the_machines_and_not_theirs() -> None:
    assert ids(run(lambda r, b: trial(r, b, turns=[turn(n, rate=1000 * 0.95**n) for n in range(8)]))) == {}


def test_two_speeds_with_nothing_between_are_bimodal() -> None:
    two = only(
        "threads", lambda r, b: trial(r, b, turns=[turn(n, rate=1000 * (1.3 if n % 2 else 1)) for n in range(8)])
    )

    assert "bimodal" in ids(run(two))
    assert split(np.random.default_rng(1).normal(0, 1, 2000))[0] == pytest.approx(2 / np.pi, abs=0.03)
    assert split(np.array([0.0, 0.0, 1.0, 1.0])) == (1.0, 1.0, 0.5)


def test_a_runner_that_stands_still_now_and_then_stalls() -> None:
    def stalling(r: str, b: int) -> TrialResult:
        return trial(r, b, turns=[turn(n, rate=1.0 if n == 0 else 1000.0) for n in range(10)])

    found = ids(run(only("threads", stalling)))

    assert found.get("stalls") == "warning"


def test_other_programs_and_a_greedy_hypervisor_are_named_and_withhold_verdicts() -> None:
    def noise(**changes: float) -> StoredRun:
        return run(lambda r, b: trial(r, b, noise=QUIET | changes))

    assert ids(noise(busy_s=1.9)) == {"noisy-machine": "invalid"}
    assert {p.verdict for p in summary(noise(busy_s=1.9)).comparisons} == {None}
    assert ids(noise(busy_s=1.25)) == {"noisy-machine": "warning"}
    assert ids(noise(steal_s=0.5, busy_s=1.5)) == {"noisy-machine": "invalid"}
    assert ids(noise(busy_s=1.1)) == {}


def test_an_effect_smaller_than_the_twins_gets_no_verdict_and_a_larger_one_does() -> None:
    def of(rate: float) -> StoredRun:
        return run(
            lambda r, b: trial(r, b, rate=rate if r == "threads" else 1000.0),
            runners=("sync", "threads"),
            twin=lambda b: trial("sync", b, copy=2, rate=1150.0),
        )

    small = summary(of(1100.0))
    large = summary(of(1400.0))

    assert {p.verdict for p in small.comparisons if p.copy == 1} == {"inconclusive"}
    assert [f.id for f in small.findings] == ["below-noise-floor"]
    assert {p.verdict for p in large.comparisons if p.copy == 1} == {"faster", "slower"}
    assert large.findings == ()


def test_swap_and_a_case_near_the_memory_limit_are_named() -> None:
    assert ids(run(lambda r, b: trial(r, b, noise=QUIET | {"swapped_bytes": 1e6}))) == {"swap-or-limits": "warning"}
    assert ids(run(environment={"memory_limit_bytes": 11 * MIB})) == {"swap-or-limits": "warning"}
    assert ids(run(environment={"memory_limit_bytes": 100 * MIB})) == {}


def test_a_gil_that_came_back_is_named_on_a_free_threaded_build_only() -> None:
    assert ids(run(environment={"free_threaded_build": True})) == {"gil-reenabled": "warning"}
    free = run(lambda r, b: trial(r, b, facts={"gil": False}), environment={"free_threaded_build": True})
    assert ids(free) == {}


def test_memory_that_was_not_measured_or_means_less_is_said() -> None:
    assert ids(run(lambda r, b: trial(r, b, memory=None))) == {"memory-not-measured": "info"}
    assert ids(run(lambda r, b: trial(r, b, memory=memory(method="USS")))) == {"memory-not-measured": "info"}


def test_memory_that_grows_with_every_op_is_named() -> None:
    assert ids(run(only("threads", lambda r, b: trial(r, b, memory_end=memory(40))))) == {"memory-grows": "warning"}
    assert ids(run(only("threads", lambda r, b: trial(r, b, memory_end=memory(12))))) == {}


def test_a_trial_lost_in_one_block_is_said_and_the_rest_stands() -> None:
    def lost_once(r: str, b: int) -> TrialResult:
        return trial(r, b, status="failed", reason="killed by SIGKILL", turns=()) if b == 2 else trial(r, b)

    stored = run(only("threads", lost_once), blocks=7)
    case = next(case for case in summary(stored).cases if case.runner == "threads")

    assert ids(stored) == {"trial-lost": "warning"}
    assert (case.status, case.blocks) == ("measured", 6)


def test_every_detector_is_a_pure_function_of_the_evidence() -> None:
    stored = run()
    result = summary(stored)

    first = findings.find(stored, result.cases, result.comparisons)

    assert first == findings.find(stored, result.cases, result.comparisons)


def test_errors_are_those_in_windows_and_others_are_told_without_a_number() -> None:
    stored = run(only("threads", lambda r, b: trial(r, b, messages={"ValueError: while warming up": 40})))

    result = summary(stored)

    assert ids(stored) == {"errors": "warning"}
    assert {case.errors for case in result.cases} == {0}
    assert result.findings[0].evidence.endswith("(warm-up, ramp or drain): ValueError: while warming up")
