"""The loops of a batch on a clock that the test holds, and every runner on a real one."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.measure import session
from bench.model import Contest, Contestant, Plan, TrialResult
from bench.trial import runners
from bench.trial.loads import batch
from bench.trial.runners import RunnerInfo
from bench.trial.turn import TIMED, Turn
from tests.support.clockwork import Clock, in_coroutine
from tests.support.sessions import Listener
from tests.support.synthetic import SETTINGS
from tests.support.workloads import spec_of

OPS = 37
SPAN = Turn(TIMED, 0, 0, 0, "batch", OPS).starting(5)


def right(result: object) -> bool:
    return result is None


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("form", ["blocking", "coroutine"])
def test_there_is_an_op_for_every_ticket_and_one_clock_read_for_every_op(form: str, checked: bool) -> None:
    happened: list[object] = []
    clock, tickets = Clock(10, 20), iter([1, 1, 0]).__next__
    op = lambda: happened.append("op")  # noqa: E731
    check = (right,) if checked else ()
    prefix = "checked_" if checked else ""
    loop: Callable[..., object] = getattr(batch, f"{prefix}{form}_loop")
    if form == "blocking":
        loop(op, *check, clock, 5, tickets, happened.append, None)
    else:
        asyncio.run(loop(in_coroutine(op), *check, clock, 5, tickets, happened.append, None))  # type: ignore[arg-type]

    assert happened == [5, "op", 10, "op", 20]


def test_an_op_that_raises_is_noted_and_the_batch_goes_on() -> None:
    happened: list[object] = []
    results = iter([ValueError("no"), None])

    def op() -> object:
        if (result := next(results)) is not None:
            raise result
        return result

    batch.blocking_loop(
        op,
        Clock(10, 20),
        5,
        iter([1, 1, 0]).__next__,
        happened.append,
        lambda t, error: happened.append((t, str(error))),
    )

    assert happened == [5, (5, "no"), 10, 20]


def test_workers_of_one_process_draw_from_one_store() -> None:
    shared, done = SPAN.among(8), itertools.count()
    crew = [threading.Thread(target=lambda: [next(done) for _ in iter(shared.tickets, 0)]) for _ in range(8)]
    for worker in crew:
        worker.start()
    for worker in crew:
        worker.join()

    assert next(done) == OPS


@pytest.mark.parametrize("workers", [1, 2, 5, 37, 40])
def test_workers_that_share_nothing_have_parts_that_differ_by_one_at_most(workers: int) -> None:
    parts = [SPAN.part(i, workers).ops for i in range(workers)]

    assert sum(parts) == OPS
    assert max(parts) - min(parts) <= 1


def test_another_load_has_no_tickets() -> None:
    span = Turn(TIMED, 0, 10, 0).starting(0)

    assert span.among(3) is span
    assert span.part(0, 3) is span
    assert span.tickets() == 0
    assert "tickets" not in SPAN.among(2).as_dict()


def measured(runner: RunnerInfo, directory: Path, *, cold: bool) -> TrialResult:
    spec = spec_of("sleep", duration_ms=2.0)
    settings = replace(
        SETTINGS, runners=(runner.name,), baseline=runner.name, blocks=1, budget_s=0.3, twins=False,
        load="batch", batch_ops=OPS, cold=cold,
    )  # fmt: skip
    contest = Contest(spec.label, 4, (Contestant(runner.name),), {}, "batch")
    trials: list[TrialResult] = []
    session.carry_out(
        Plan(settings, (spec,), (contest,)), runners.catalogue(), set(), directory, trials.extend, Listener()
    )
    return trials[0]


@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
def test_every_runner_does_all_ops_of_every_batch_and_no_more(runner: RunnerInfo, cold: bool, tmp_path: Path) -> None:
    trial = measured(runner, tmp_path / "scratch", cold=cold)

    assert trial.reason == ""
    assert trial.turns
    for turn in trial.turns:
        assert (turn.completed, turn.all_ops, turn.errors) == (OPS, OPS, 0)
        assert turn.ops == pytest.approx(OPS)
        least_s = 0.002 * (OPS if runner.serial else -(-OPS // 4))
        assert turn.window_s > 0.9 * least_s
        assert turn.cpu_s < turn.window_s * 4
    assert trial.facts["batch_ops"] == OPS
