"""A measured process is as one that has run for a while: large blocks come from its heap, whatever came before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.measure.zygote import Nursery
from bench.process.launch import executed
from bench.process.reaper import Reaper
from bench.trial.turn import TIMED, Turn
from tests.support.command import python
from tests.support.contestants import loaded
from tests.support.workloads import STRANGERS, spec_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="this is how glibc allocates")

A_TURN = Turn(TIMED, 0, 5_000_000, 0)


@pytest.mark.parametrize("runner", ["sync", "threads", "processes", "asyncio"])
@pytest.mark.parametrize("forked", [True, False], ids=["forked", "executed"])
def test_a_large_block_maps_no_pages(runner: str, forked: bool, reaper: Reaper) -> None:
    nursery = Nursery(reaper)
    with nursery.bout({}) as cradle:
        launch = cradle.launch if forked else executed("bench.trial", reaper.environment)
        with loaded(runner, spec_of("large_reads.py"), launch, reaper) as live:
            live.open(1)
            reads = live.turn(A_TURN)

    assert reads.messages == {}


def test_in_a_young_process_each_block_does(tmp_path: Path) -> None:
    """Else the test above would tell nothing."""
    code = f"import runpy; print(runpy.run_path({str(STRANGERS / 'large_reads.py')!r})['pages_per_block']())"
    done = python("-c", code, cwd=tmp_path)

    assert float(done.out) > 32
