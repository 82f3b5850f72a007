"""A fixture that dies or hangs is to blame itself: its workload fails in that block, no contestant gets a strike."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

from bench.errors import FixtureFailed
from bench.measure import fixture
from bench.measure.contestant import LiveTrial
from bench.measure.entrant import Entrant
from bench.measure.measurable import Measurable
from bench.measure.zygote import Nursery
from bench.model import Contest, Contestant
from bench.process.reaper import Reaper
from bench.trial.turn import TIMED, Turn
from tests.support.contestants import PATIENCE_S
from tests.support.sessions import measured
from tests.support.waiting import until
from tests.support.workloads import spec_of

TURN = Turn(TIMED, 0, 10_000_000, 0)
SYNC = Contestant("sync")
SOON_S = 1.0
"""Time-out of what never answers: what a test costs, not what it depends on."""


@pytest.mark.parametrize(
    ("number", "words"), [(signal.SIGKILL, "killed by SIGKILL"), (signal.SIGSTOP, "no answer within 1 s")]
)
def test_a_contestant_that_waits_for_a_lost_fixture_is_not_blamed(
    number: signal.Signals, words: str, reaper: Reaper, tmp_path: Path
) -> None:
    lost: list[Measurable] = []
    spec = spec_of("fickle.py", once=tmp_path / "never")
    (tmp_path / "never").touch()
    with (
        Nursery(reaper).bout({}) as cradle,
        fixture.running(spec, tmp_path, reaper, SOON_S) as server,
    ):
        trial = LiveTrial(SYNC, spec, cradle.launch, reaper, SOON_S)
        trial.load()
        trial.loaded(server)
        entrant = Entrant(SYNC, 1, trial, spec, server, lost.append)
        entrant.open(Contest(spec.label, 1, (SYNC,), {}), aside=False)
        os.kill(server.pids()[0], number)
        if number == signal.SIGKILL:
            assert until(lambda: not server.pids() or psutil.Process(server.pids()[0]).status() == "zombie")

        def turn() -> None:
            entrant.timed_turn(TURN, 0, 0, None)
            server.assert_alive()  # one that finds its server gone has just counted errors

        try:
            with pytest.raises(FixtureFailed, match=f"the fixture is lost: .*{words}"):
                turn()
        finally:
            trial.stop()

    assert lost == []


@pytest.mark.parametrize(("number", "words"), [("SIGKILL", "killed by SIGKILL"), ("SIGSTOP", "no answer within 1 s")])
def test_the_block_fails_without_a_strike_and_the_next_one_is_measured(number: str, words: str, tmp_path: Path) -> None:
    spec = spec_of("fickle.py", once=tmp_path / "once", signal=number)
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    trials, lost = measured(spec, ("sync", "threads"), scratch, blocks=2, timeout_s=SOON_S)

    assert [(trial.block, trial.status) for trial in trials] == [
        (0, "failed"), (0, "failed"), (1, "measured"), (1, "measured"),
    ]  # fmt: skip
    assert all("the fixture is lost" in trial.reason and words in trial.reason for trial in trials[:2])
    assert [runner for runner, _ in lost] == [""]


def test_what_a_fixture_started_in_a_group_of_its_own_ends_with_it(reaper: Reaper, tmp_path: Path) -> None:
    spec = spec_of("daemon.py")
    with fixture.running(spec, tmp_path, reaper, PATIENCE_S) as server:
        assert until(lambda: len(server.pids()) == 2)
        daemon = psutil.Process(server.pids()[1])
        assert os.getsid(daemon.pid) == daemon.pid

    assert not psutil.wait_procs([daemon], PATIENCE_S)[1]


def test_a_place_for_its_directory_that_is_gone_fails_it(reaper: Reaper, tmp_path: Path) -> None:
    with pytest.raises(FixtureFailed, match="the fixture did not start: FileNotFoundError"):
        with fixture.running(spec_of("daemon.py"), tmp_path / "gone", reaper, PATIENCE_S):
            pass
