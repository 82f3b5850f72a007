"""When ``event-loop-blocked`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

import numpy as np
import pytest

from bench import histogram
from tests.support.findings import Make, ids, only, the, turns
from tests.support.synthetic import WINDOW_S, run, trial

LOOP: dict[str, object] = {"loop": "asyncio.unix_events._UnixSelectorEventLoop", "gil": True}


def late(runner: str, late_ns: int, ops: int = 100, cores: float = 0.5, workers: int = 1, **facts: object) -> Make:
    lag = histogram.count(np.full(40, late_ns))
    made = turns(workers=workers, rate=ops / WINDOW_S, cpu_s=WINDOW_S * cores)
    return only(
        runner,
        lambda r, b: trial(
            r,
            b,
            workers=workers,
            turns=made,
            lag=lag,
            lag_max_s=late_ns / 1e9,
            facts=(LOOP if r == "asyncio" else {}) | facts,
        ),
    )


def test_a_blocked_loop_is_named_and_lag_of_threads_is_not() -> None:
    assert ids(run(late("asyncio", 40_000_000))) == {"event-loop-blocked": "warning"}
    assert ids(run(late("threads", 40_000_000))) == {}
    assert ids(run(late("asyncio", 1_000_000))) == {}


def test_one_stop_of_the_machine_in_one_block_blocks_no_loop() -> None:
    once = only("asyncio", lambda r, b: trial(r, b, lag_max_s=0.3 if b == 2 else 0.001))

    assert ids(run(once)) == {}


@pytest.mark.parametrize(
    ("ops", "cores", "workers", "gil", "right", "wrong"),
    [
        (5, 1.0, 1, True, "hand the computing to processes", "threads"),
        (5, 1.0, 1, False, "hand the computing to threads", "processes"),
        (200, 1.0, 64, True, "no op is long, all 64 together are", "blocking"),
        (5, 0.05, 4, True, "stands still without computing", "processes"),
    ],
)
def test_the_remedy_fits_what_the_loop_does_meanwhile(
    ops: int, cores: float, workers: int, gil: bool, right: str, wrong: str
) -> None:
    found = the(run(late("asyncio", 40_000_000, ops, cores, workers, gil=gil)), "event-loop-blocked")

    assert right in found.remedy
    assert wrong not in found.remedy
