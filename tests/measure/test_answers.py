"""What makes no sense puts out who said it, with a reason, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.errors import FixtureFailed, TrialFailed
from bench.machine.placement import Places
from bench.measure import fixture
from bench.measure.contest import ContestBlock
from bench.measure.contestant import LiveTrial
from bench.measure.entrant import Entrant
from bench.measure.fixture import FixtureProcess
from bench.measure.zygote import Cradle
from bench.model import Contest, Contestant
from bench.process.child import Child
from bench.process.reaper import Reaper
from bench.trial.turn import TIMED, Turn
from tests.support import synthetic
from tests.support.contestants import PATIENCE_S
from tests.support.liar import MISSING, Lies, lying
from tests.support.processes import state
from tests.support.sessions import measured
from tests.support.workloads import spec_of

TURN = Turn(TIMED, 1_000, 10_000_000, 0)
HONEST: Lies = {}

LOADING: list[Lies] = [
    {"start": {"launch_s": -0.1}},
    {"start": {"launch_s": "0.1"}},
    {"start": {"launch_s": float("nan")}},
    {"start": {"code": MISSING}},
    {"start": {"code": 3}},
]
OPENING: list[Lies] = [
    {"open": {"open_s": -1.0}},
    {"open": {"open_s": None}},
    {"open": {"reporting": 5}},
    {"open": {"reporting": ["12"]}},
    {"open": {"code": ["a"]}},
]
TURNING: list[Lies] = [
    {"turn": {"open_ns": MISSING}},
    {"turn": {"close_ns": None}},
    {"turn": {"open_ns": "0"}},
    {"turn": {"open_ns": 0, "close_ns": -5}},
    {"turn": {"open_ns": 0, "close_ns": 1}},
    {"turn": {"reaped_cpu_s": MISSING}},
    {"turn": {"reaped_cpu_s": -0.5}},
    {"turn": {"reaped_cpu_s": float("inf")}},
    {"turn": {"reaped_cpu_s": True}},
    {"collect": {"ends": MISSING}},
    {"collect": {"failed": MISSING}},
    {"collect": {"ends": 4}},
    {"collect": {"ends": ["4"]}},
    {"collect": {"ends": [4.0]}},
    {"collect": {"ends": [5]}},
    {"collect": {"ends": [3]}},
    {"collect": {"ends": [-4], "failed": [8]}},
    {"collect": {"ends": [], "failed": [], "payload": 0}},
    {"collect": {"ends": [0], "payload": 0}},
    {"collect": {"ends": [1], "payload": 1}},
    {"collect": {"ends": [4, 4]}},
    {"collect": {"payload": 3}},
    {"collect": {"numbers": [4, 3, 2, 1]}},
    {"collect": {"numbers": [-4, -3, -2, -1]}},
    {"collect": {"messages": MISSING}},
    {"collect": {"messages": ["ValueError"]}},
    {"collect": {"messages": {"ValueError": "3"}}},
    {"collect": {"messages": {"ValueError": None}}},
    {"collect": {"messages": {"ValueError": -1}}},
]
LAGGING: list[Lies] = [
    {"collect": {"lateness_ns": MISSING}},
    {"collect": {"lateness_ns": 5}},
    {"collect": {"lateness_ns": ["5"]}},
    {"collect": {"lateness_ns": [-5]}},
    {"collect": {"lateness_ns": [0.5]}},
]


@contextmanager
def liar(lies: Lies, reaper: Reaper) -> Iterator[LiveTrial]:
    live = LiveTrial(Contestant("sync"), spec_of("noop"), lying(lies), reaper, PATIENCE_S)
    try:
        yield live
    finally:
        live.stop()


def begun(live: LiveTrial) -> None:
    live.load()
    live.loaded(fixture.nothing())
    live.open(1)


def test_one_that_tells_the_truth_stays_in(reaper: Reaper) -> None:
    with liar(HONEST, reaper) as live:
        begun(live)
        reads = live.turn(TURN)

        assert live.lag_turn(1_000, 1_000) == [1000, 0]
        assert reads.close_ns - reads.open_ns == TURN.window_ns
        assert reads.workers[0].ends_ns.size == 4
        assert live.out is None


@pytest.mark.parametrize("lies", [*LOADING, *OPENING, *TURNING, *LAGGING], ids=str)
def test_what_makes_no_sense_puts_its_process_out_with_the_reason(lies: Lies, reaper: Reaper) -> None:
    def all_of_it() -> None:
        begun(live)
        live.lag_turn(1_000, 1_000)
        live.turn(TURN)

    with liar(lies, reaper) as live:
        with pytest.raises(TrialFailed, match="its answer makes no sense"):
            all_of_it()

        assert live.out is not None
        assert not live.hung
        assert state(live._child.pid) in "XZ"


CONTEST = Contest("noop", 1, (Contestant("sync"), Contestant("threads")), {})


@pytest.mark.parametrize(
    "lies",
    [{"open": {"open_s": "soon"}}, {"turn": {"close_ns": 0}}, {"collect": {"numbers": [3, 2, 1, 0]}},
     {"collect": {"ends": [0], "payload": 0}}, {"collect": {"messages": {"x": []}}}],
    ids=str,
)  # fmt: skip
def test_a_contest_goes_on_without_it(lies: Lies, reaper: Reaper) -> None:
    lost: list[str] = []
    plan = synthetic.plan()
    with liar(HONEST, reaper) as honest, liar(lies, reaper) as other:
        entrants = []
        for live, contestant in zip((honest, other), CONTEST.contestants, strict=True):
            live.load()
            live.loaded(fixture.nothing())
            entrants.append(
                Entrant(contestant, 1, live, spec_of("noop"), fixture.nothing(), lambda one: lost.append(one.out or ""))
            )
        block = ContestBlock(plan, CONTEST, 0, entrants, fixture.nothing(), Places("free"), lambda: None)
        block.run(None, lambda need, spent_s: 0.1)
        first, second = block.results()

    assert first.status == "measured"
    assert first.turns
    assert second.status == "failed"
    assert "makes no sense" in second.reason
    assert lost == [second.reason]


@pytest.mark.parametrize(
    ("lies", "fault"),
    [({"collect": {"messages": {"x": 10**20}}}, "messages.x"), ({"start": {"launch_s": 1e300}}, "facts.launch_s"),
     ({"open": {"loop": {"a": 1}}}, "loop")],
    ids=str,
)  # fmt: skip
def test_figures_that_no_run_can_hold_cost_a_contestant_its_place_and_not_the_run(
    lies: Lies, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched = iter([HONEST, lies])
    monkeypatch.setattr(Cradle, "of", lambda *_, own=True: lying(next(launched)) if own else None)
    monkeypatch.setattr(Cradle, "prepare", lambda *_: None)

    trials, _ = measured(spec_of("noop"), ("sync", "threads"), tmp_path)

    assert [trial.status for trial in trials] == ["measured", "failed"]
    assert "makes no sense" in trials[1].reason
    assert fault in trials[1].reason


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"counters": 5},
        {"counters": {"requests": "many"}},
        {"counters": {"requests": 1.5}},
        {"counters": {"requests": -1}},
    ],
    ids=str,
)
def test_a_fixture_whose_counters_make_no_sense_fails_its_workload(answer: dict[str, Any], reaper: Reaper) -> None:
    child = Child(lying({"counters": answer}), reaper)
    try:
        server = FixtureProcess(child, "", counts=True, musters=False, answer_s=PATIENCE_S)
        with pytest.raises(FixtureFailed, match="its answer makes no sense"):
            server.counters()
    finally:
        child.kill()
