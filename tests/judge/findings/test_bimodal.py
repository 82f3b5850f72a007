from __future__ import annotations

import numpy as np
import pytest

from bench.judge.findings.bimodal import split
from tests.support.findings import ids, only
from tests.support.synthetic import run, trial, turn


def test_two_speeds_with_nothing_between_are_bimodal() -> None:
    two = only(
        "threads", lambda r, b: trial(r, b, turns=[turn(n, rate=1000 * (1.3 if n % 2 else 1)) for n in range(8)])
    )

    assert "bimodal" in ids(run(two))
    assert split(np.random.default_rng(1).normal(0, 1, 2000))[0] == pytest.approx(2 / np.pi, abs=0.03)
    assert split(np.array([0.0, 0.0, 1.0, 1.0])) == (1.0, 1.0, 0.5)
