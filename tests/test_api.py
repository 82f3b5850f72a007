"""Reading a run from Python."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import bench
from bench.results.store import Store
from tests.support.synthetic import run


def test_load_gives_tidy_tables(tmp_path: Path) -> None:
    stored = run()
    store = Store.create(tmp_path, stored.plan, stored.environment, ["bench", "run"])
    store.append(stored.trials)
    store.finish("completed", 10.0)

    loaded = bench.load("latest", tmp_path)
    cases, turns = loaded.cases(), loaded.turns()

    assert isinstance(cases, pd.DataFrame)
    assert len(cases) == 3
    assert (cases.throughput_per_s_low < cases.throughput_per_s).all()
    assert (cases.throughput_per_s < cases.throughput_per_s_high).all()
    assert len(turns) == 3 * 6 * 8
    assert turns.started_s.is_monotonic_increasing
    assert set(loaded.comparisons().verdict) == {"equivalent"}
    assert len(loaded.trials()) == 18
