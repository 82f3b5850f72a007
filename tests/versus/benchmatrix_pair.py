"""The pair as a user of benchmatrix writes it: a matrix of one cell. Not collected by the ordinary test run.

Both sides are the same file; the step count comes through the environment, as two checkouts would differ.
"""

from __future__ import annotations

import os

from benchmatrix import BenchmarkCase, make_benchmark_test

from tests.versus.work import work

STEPS = int(os.environ.get("VERSUS_STEPS", "1"))

test_work = make_benchmark_test(
    {"work": lambda: work(STEPS)}, [BenchmarkCase.from_values("steps")], metrics=["single_call_latency"]
)
