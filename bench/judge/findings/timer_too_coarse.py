"""Is it the runner that was measured, or something around it: the harness, the server, a timer, a blocked loop?"""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark, on
from bench.model import CaseSummary

HARNESS_SHARE = 0.10
SERVER_CORES = 0.85
HALF_A_CORE = 0.5
"""Below this a server that is as busy as its client is still mostly waiting, as both are."""
LAG_MS = 10.0
WORST_LAG_MS = 50.0
COARSE_S = 0.005
EARLY_SHARE = 0.01
NOOP = "noop"


def harness_bound(evidence: Evidence) -> Iterator[Mark]:
    """The harness's own floor (the noop workload of the same run) is a tenth of the op or more."""
    floors_s = {
        case.runner: case.workers / case["throughput_per_s"].value
        for case in evidence.cases
        if case.name == NOOP and case.workers == 1 and case["throughput_per_s"]
    }
    for case in evidence.cases:
        rate, cores = case["throughput_per_s"], case["cores_used"]
        if case.runner not in floors_s or rate is None or cores is None:
            continue
        # what the loop takes of the CPU time there is: ops per second and core, times the floor
        share = floors_s[case.runner] * rate.value / max(1.0, cores.value)
        if share > HARNESS_SHARE:
            noop = case.name == NOOP
            yield Mark(
                "harness-bound",
                "info" if noop else "warning",
                case.workload,
                f"{on(case)}: the measuring loop takes {min(share, 1):.0%} of the op "
                f"({floors_s[case.runner] * 1e9:,.0f} ns of {1e9 / rate.value:,.0f} ns)",
                "nothing to mend: noop is this floor" if noop else "make one op do more work",
                (case.key,),
                share,
            )


def server_bound(evidence: Evidence) -> Iterator[Mark]:
    """The server is at its limit, so the contest compares waiting for it."""
    cpus = evidence.run.environment.get("cpus") or 1
    for case in evidence.cases:
        server = case.value("server_cores")
        if server is None or case["cores_used"] is None:
            continue
        client = case["cores_used"].value
        if server > SERVER_CORES or server >= max(client, HALF_A_CORE):
            yield Mark(
                "server-bound",
                "warning",
                case.workload,
                f"{on(case)}: the server used {server:.2f} cores, the client {client:.2f}, of {cpus}",
                "the ratio is compressed towards 1; give the server less to do per op, or lower the concurrency",
                (case.key,),
                server,
            )


def event_loop_blocked(evidence: Evidence) -> Iterator[Mark]:
    """A 5 ms ticker beside the load wakes far too late: something keeps the loop from turning."""
    coroutine = {"asyncio", "uvloop"} | {trial.runner for trial in evidence.run.trials if trial.facts.get("loop")}
    for case in evidence.cases:
        median = case["lag_p50_ms"]
        worst = case.value("lag_max_ms") or 0.0
        if case.runner in coroutine and ((median is not None and median.value > LAG_MS) or worst > WORST_LAG_MS):
            told = f"{median.value:.1f} ms late at the median, " if median is not None else ""
            yield Mark(
                "event-loop-blocked",
                "warning",
                case.workload,
                f"{on(case)}: a 5 ms ticker on the same loop woke {told}{worst:.0f} ms late at worst",
                "hand CPU work and blocking calls to threads or processes; other users of this loop wait as long",
                (case.key,),
                worst,
            )


def timer_too_coarse(evidence: Evidence) -> Iterator[Mark]:
    """The op waits for a time that event loops cannot keep, or wakes before it is over."""
    for case in evidence.cases:
        least_s = evidence.run.plan.workload(case.workload).least_latency_s
        trials = evidence.trials(case)
        loop = any(trial.facts.get("loop") for trial in trials)
        if not least_s:
            continue
        early = sum(turn.early for trial in trials for turn in trial.turns)
        ops = sum(turn.all_ops for trial in trials for turn in trial.turns)
        share = early / ops if ops else 0.0
        fraction = abs(least_s * 1e3 - round(least_s * 1e3)) > 1e-9
        if share > EARLY_SHARE or (loop and (least_s < COARSE_S or fraction)):
            yield Mark(
                "timer-too-coarse",
                "invalid" if share > 0.5 or (loop and least_s < 0.001) else "warning",
                case.workload,
                f"{on(case)}: {share:.1%} of the ops ended before the {least_s * 1e3:g} ms they must take"
                + _rounding(case, least_s),
                "event loops round timers to whole ms (asyncio up, uvloop to the nearest): wait whole ms, 5 or more",
                (case.key,),
                share,
            )


def _rounding(case: CaseSummary, least_s: float) -> str:
    median = case["latency_p50_ms"]
    return f"; the median is {median.value:.3g} ms" if median is not None and least_s else ""
