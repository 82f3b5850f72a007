"""Other programs, or the hypervisor, took CPU while a contest was measured."""

from __future__ import annotations

from collections.abc import Iterator

from bench.judge.findings._evidence import Evidence, Mark

BUSY_SHARE = 0.08
BUSY_INVALID = 0.25
STEAL_SHARE = 0.02
STEAL_INVALID = 0.15


def find(evidence: Evidence) -> Iterator[Mark]:
    cpus = evidence.run.environment.get("cpus") or 1
    for cases in evidence.contests():
        blocks = {trial.block: trial.noise for case in cases for trial in evidence.trials(case) if trial.noise}
        wall_s = sum(noise["wall_s"] for noise in blocks.values())
        if not wall_s:
            continue
        steal = sum(noise["steal_s"] for noise in blocks.values()) / (wall_s * cpus)
        others_s = sum(noise["busy_s"] - noise["ours_s"] - noise["steal_s"] for noise in blocks.values())
        others = others_s / (wall_s * cpus)
        if others < BUSY_SHARE and steal < STEAL_SHARE:
            continue
        yield Mark(
            "noisy-machine",
            "invalid" if others > BUSY_INVALID or steal > STEAL_INVALID else "warning",
            "",
            f"while {cases[0].workload}, C = {cases[0].concurrency} was measured, other programs used "
            f"{max(others, 0):.0%} of the CPUs and the hypervisor took {steal:.0%}",
            "close other programs (bench doctor names them) and run again",
            tuple(case.key for case in cases),
            others + steal,
        )
