"""When ``harness-bound`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from dataclasses import replace

from bench.model import StoredRun
from tests.support.findings import summary, turns
from tests.support.synthetic import WINDOW_S, run, spec, trial, turn


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
