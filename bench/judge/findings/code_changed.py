"""The user's code was not the same in all trials of a workload: two programs went into one number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePath

from bench.judge.findings._evidence import Evidence, Mark
from bench.model import TrialResult


def find(evidence: Evidence) -> Iterator[Mark]:
    for spec in evidence.run.plan.workloads:
        trials = [trial for trial in evidence.run.trials if trial.workload == spec.label]
        for file, versions in sorted(_versions(trials).items()):
            if len(versions) < 2:
                continue
            blocks = sorted({trial.block for version in list(versions.values())[1:] for trial in version})
            yield Mark(
                "code-changed",
                "invalid",
                spec.label,
                f"{spec.label}: {'/'.join(PurePath(file).parts[-2:])} was measured in {len(versions)} versions "
                f"({', '.join(str(len(version)) for version in versions.values())} trials), from block "
                f"{blocks[0] + 1} on",
                "leave the files of a workload alone until the run has ended, and resume no run after a change",
                tuple(case.key for case in evidence.cases if case.workload == spec.label),
                len(versions),
            )


def _versions(trials: list[TrialResult]) -> dict[str, dict[str, list[TrialResult]]]:
    """File -> its hashes in the order of blocks -> the trials that imported it so."""
    found: dict[str, dict[str, list[TrialResult]]] = defaultdict(lambda: defaultdict(list))
    for trial in sorted(trials, key=lambda trial: trial.block):
        for file, sha256 in (trial.facts.get("code") or {}).items():
            found[file][sha256].append(trial)
    return found
