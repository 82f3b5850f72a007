"""For `pyperf compare_to`, `hist` and `stats`: a benchmark per case, a run per block, seconds per op of every turn."""

from __future__ import annotations

import json

from bench.model import StoredRun, Summary
from bench.results.exports import _samples


def write(run: StoredRun, summary: Summary) -> str:
    """See `bench.results.exports`. Memory is a benchmark of its own, in bytes."""
    benchmarks = []
    for case, blocks in _samples.of(run, summary):
        benchmarks.append(_benchmark(_samples.name(case), "second", blocks, run.started))
        held = [
            [float(trial.memory.total_bytes)]
            for trial in run.trials
            if (trial.workload, trial.concurrency, trial.runner, trial.copy) == (*case.key, 1) and trial.memory
        ]
        if held:
            benchmarks.append(_benchmark(f"{_samples.name(case)} memory", "byte", held, run.started))
    return json.dumps({"version": "1.0", "benchmarks": benchmarks}, indent=1) + "\n"


def _benchmark(name: str, unit: str, blocks: list[list[float]], started: str) -> dict[str, object]:
    plain = " ".join(name.split()) or "unnamed"  # a line break in a name is refused
    date = started[:19].replace("T", " ")
    return {
        "metadata": {"name": plain, "unit": unit},
        "runs": [{"metadata": {"date": date}, "values": values} for values in blocks],
    }
