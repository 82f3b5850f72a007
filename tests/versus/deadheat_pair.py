"""One pair measured by deadheat, as JSON on stdout: ``python -m tests.versus.deadheat_pair FIRST SECOND SECONDS SEED``.

A contest of the runner ``sync`` against itself, where the second copy runs another number of steps. It is planned
directly, since the command line compares runners; everything after the plan is the ordinary way of a run.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from bench.judge.analysis import summarise
from bench.measure import session
from bench.model import Contest, Contestant, Plan, Settings, Stage, WorkloadSpec
from bench.plan import discovery
from bench.results import store
from bench.results.store import Store
from bench.trial import runners
from tests.versus import spin

BLOCKS = 8
MARGIN = 0.025
"""Differences below half of the planted 5 % do not matter to the asker: the convention `tools.COMPARE_FAIL` states."""


class Silence:
    """The observer of a session nobody watches."""

    def bout(self, block: int, workload: str, left_s: float) -> None:
        pass

    def contest(self, contest: Contest) -> None:
        pass

    def lost(self, workload: str, runner: str, reason: str) -> None:
        raise RuntimeError(f"{runner} of {workload} was lost: {reason}")

    def alive(self) -> None: ...

    def expected(self, expected_s: float, budget_s: float) -> None: ...

    def bout_done(self) -> None:
        pass

    def stage(self, stage: Stage, bouts: int) -> None:
        pass


def spec() -> WorkloadSpec:
    """The workload, found as any other file of a user's would be."""
    file = Path(spin.__file__)
    found = discovery.in_file(file)[0]
    return discovery.specs(discovery.Catalogue({found.name: found}, {}), [], {})[0]


def plan(first: int, second: int, budget_s: float, seed: int) -> Plan:
    """One contest of two copies."""
    settings = Settings(
        profile="default", runners=("sync",), baseline="sync", blocks=BLOCKS, budget_s=budget_s, seed=seed,
        placement="pinned", timeout_s=20.0, margin=MARGIN, twins=False,
    )  # fmt: skip
    contestants = (
        Contestant("sync", copy=1, variant=(("steps", first),)),
        Contestant("sync", copy=2, variant=(("steps", second),)),
    )
    workload = spec()
    return Plan(settings, (workload,), (Contest(workload.label, 1, contestants, {}),))


def measure(made: Plan, results: Path) -> dict[str, object]:
    """Carry the plan out; the ratio is time of the second over time of the first, with its 95 % interval."""
    began_s = time.perf_counter()
    keeper = Store.create(results, made, {}, ["versus"])
    session.carry_out(made, runners.catalogue(), set(), keeper.scratch, keeper.append, Silence())
    keeper.finish("completed", time.perf_counter() - began_s)
    run = store.read(keeper.directory)
    pair = next(one for one in summarise(run).comparisons if one.copy == 2)
    throughput = pair.ratio
    if throughput.low is None or throughput.high is None:
        raise RuntimeError(f"{throughput.blocks} blocks gave no interval")
    return {
        "ratio": 1 / throughput.value,
        "low": 1 / throughput.high,
        "high": 1 / throughput.low,
        "verdict": pair.verdict,
        "rounds": sum(len({turn.round for turn in trial.turns}) for trial in run.trials if trial.copy == 1),
    }


def main() -> None:
    first, second, seconds, seed = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        found = measure(plan(int(first), int(second), float(seconds), int(seed)), Path(directory))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
