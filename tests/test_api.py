"""Reading a run from Python."""

from __future__ import annotations

import doctest
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

import bench
from bench import api
from bench.errors import UsageError
from bench.results.store import Store
from tests.support import runs
from tests.support.command import ROOT
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


@pytest.fixture
def loaded(tmp_path: Path) -> bench.Run:
    return bench.load(runs.write(tmp_path / "run", runs.Shape(workloads=("nap", "sums"), levels=(1, 8))))


def test_two_runners_are_compared_contest_by_contest(loaded: bench.Run) -> None:
    found = loaded.compare("processes", "sync")

    assert list(zip(found["workload"], found["concurrency"], strict=True)) == [
        ("nap", 1), ("nap", 8), ("sums", 1), ("sums", 8),
    ]  # fmt: skip
    assert found["verdict"].iloc[-1] == "faster"
    assert found["ratio"].iloc[-1] == pytest.approx(1 / loaded.compare("sync", "processes")["ratio"].iloc[-1])
    with pytest.raises(UsageError, match="this run has: sync, threads"):
        loaded.compare("gevent", "sync")


def test_latencies_are_all_ops_of_a_case(loaded: bench.Run) -> None:
    found = loaded.latencies()
    one = found[(found["workload"] == "nap") & (found["runner"] == "sync") & (found["concurrency"] == 1)]

    assert one["ops"].sum() == 6 * 1500
    middle = one.loc[one["ops"].cumsum().searchsorted(one["ops"].sum() / 2) + one.index[0], "latency_ms"]
    case = loaded.cases().query("workload == 'nap' and runner == 'sync' and concurrency == 1").iloc[0]
    assert middle == pytest.approx(case["latency_p50_ms"], rel=0.02)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("throughput", ("nap",)), ("memory", ("nap",)), ("cpu", ("sums",)), ("cores", ("nap",)), ("lag", ("nap",)),
        ("startup", ("nap",)), ("turns", ("nap",)), ("forest", ("nap", "threads")), ("percentiles", ("nap", 8)),
        ("ecdf", ("nap", 1)),
    ],
)  # fmt: skip
def test_every_chart_is_a_figure(loaded: bench.Run, kind: str, arguments: tuple[object, ...]) -> None:
    figure = getattr(loaded.plot, kind)(*arguments)

    assert isinstance(figure, Figure)
    assert figure.axes


def test_what_cannot_be_plotted_says_why(loaded: bench.Run) -> None:
    with pytest.raises(UsageError, match="it has nap, sums"):
        loaded.plot.throughput("http")
    with pytest.raises(UsageError, match="was not run with 3 workers; with 1, 8"):
        loaded.plot.ecdf("nap", 3)
    with pytest.raises(UsageError, match="no runner 'gevent'"):
        loaded.plot.forest("nap", "gevent")


def test_a_notebook_shows_the_sentences_and_the_cases(loaded: bench.Run) -> None:
    shown = loaded._repr_html_()

    assert "nap, 8 workers" in shown
    assert shown.count("<tr") == 1 + len(loaded.cases())


def test_what_the_docstrings_show_is_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testmod(api, optionflags=doctest.ELLIPSIS)

    assert tried > 10
    assert failed == 0


def test_the_public_surface_is_what_is_listed() -> None:
    assert set(bench.__all__) == {
        "AsyncOp", "Between", "Context", "Fixture", "Op", "Run", "Workload", "load", "race",
    }  # fmt: skip
    for name in bench.__all__:
        assert getattr(bench, name).__doc__ or name in {"AsyncOp", "Op"}
    public = {name for name in vars(bench.Run) if not name.startswith("_")}
    assert public == {
        "cases", "comparisons", "compare", "latencies", "plot", "summary", "trials", "turns",
    }  # fmt: skip
