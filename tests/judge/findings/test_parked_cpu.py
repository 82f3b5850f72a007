"""When ``parked-cpu`` is raised, when it is not, and that what it advises is not false."""

from __future__ import annotations

from bench.model import StoredRun
from tests.support.findings import ids, only, the, verdicts
from tests.support.synthetic import QUIET, run, trial


def parked(cores: float, runners: tuple[str, ...] = ("sync", "threads", "asyncio")) -> StoredRun:
    noise = QUIET | {"parked_cpu_s": cores * QUIET["wall_s"]}
    return run(only("threads", lambda r, b: trial(r, b, noise=noise)), runners=runners)


def test_who_computes_out_of_turn_is_named_and_everyone_is_touched() -> None:
    found = the(parked(0.05), "parked-cpu")

    assert (found.severity, len(found.cases)) == ("warning", 3)
    assert "threads, C = 1: used 0.05 of a CPU" in found.evidence
    assert ids(parked(0.005)) == {}


def test_a_lot_of_it_withholds_what_it_can_have_made() -> None:
    assert ids(parked(0.5)) == {"parked-cpu": "invalid"}
    assert set(verdicts(parked(0.5)).values()) == {None}


def test_one_alone_disturbs_nobody_and_what_was_not_read_is_not_told() -> None:
    assert ids(parked(0.5, ("threads",))) == {}
    assert ids(run()) == {}
