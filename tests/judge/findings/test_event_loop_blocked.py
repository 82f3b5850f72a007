from __future__ import annotations

import numpy as np

from bench import histogram
from tests.support.findings import Make, ids, only
from tests.support.synthetic import run, trial


def test_a_blocked_loop_is_named_and_lag_of_threads_is_not() -> None:
    def late(runner: str, late_ns: int) -> Make:
        lag = histogram.count(np.full(40, late_ns))
        return only(runner, lambda r, b: trial(r, b, lag=lag, lag_max_s=late_ns / 1e9))

    assert ids(run(late("asyncio", 40_000_000))) == {"event-loop-blocked": "warning"}
    assert ids(run(late("threads", 40_000_000))) == {}
    assert ids(run(late("asyncio", 1_000_000))) == {}
