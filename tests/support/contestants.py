"""Contestants in real processes, as a bout has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.measure import fixture
from bench.measure.contestant import LiveTrial
from bench.measure.fixture import FixtureProcess
from bench.model import Contestant, WorkloadSpec
from bench.process.launch import Launch
from bench.process.reaper import Reaper

PATIENCE_S = 30.0  # never waited for: only what would otherwise hang a test


@contextmanager
def loaded(
    runner: str, spec: WorkloadSpec, launch: Launch, reaper: Reaper, served: FixtureProcess | None = None
) -> Iterator[LiveTrial]:
    """A contestant that has loaded its workload; it is stopped in the end."""
    live = LiveTrial(Contestant(runner), spec, launch, reaper, PATIENCE_S)
    try:
        live.load()
        live.loaded(served or fixture.nothing())
        yield live
    finally:
        live.stop()
