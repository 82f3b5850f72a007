"""The pair as a user of pytest-benchmark writes it: two tests in one file. Not collected by the ordinary test run.

The step counts come through the environment, because pytest has no arguments for tests.
"""

from __future__ import annotations

import os

from pytest_benchmark.fixture import BenchmarkFixture

from tests.versus.work import work


def test_first(benchmark: BenchmarkFixture) -> None:
    benchmark(work, int(os.environ["VERSUS_FIRST"]))


def test_second(benchmark: BenchmarkFixture) -> None:
    benchmark(work, int(os.environ["VERSUS_SECOND"]))
