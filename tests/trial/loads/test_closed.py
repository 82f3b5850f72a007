"""The hot loops, on a clock that the test holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bench.trial.loads import Append, Failed
from bench.trial.loads import closed as loops
from bench.trial.loads.closed import Now
from tests.support.clockwork import Clock, in_coroutine


@dataclass
class Log:
    """Everything that happens, in order."""

    happened: list[Any] = field(default_factory=list)

    def op(self, result: object = None) -> object:
        self.happened.append("op")
        if isinstance(result, BaseException):
            raise result
        return result

    def append(self, read_ns: int) -> None:
        self.happened.append(read_ns)

    def failed(self, start_ns: int, error: BaseException | None) -> None:
        self.happened.append(("failed", start_ns, error))


Drive = Callable[[Callable[[], object], Now, int, Append, Failed], None]


def right(result: object) -> bool:
    return result is None


def drive_blocking(op: Callable[[], object], now: Now, stop_ns: int, append: Append, failed: Failed) -> None:
    loops.blocking_loop(op, now, now(), stop_ns, append, failed)


def drive_coroutine(op: Callable[[], object], now: Now, stop_ns: int, append: Append, failed: Failed) -> None:
    asyncio.run(loops.coroutine_loop(in_coroutine(op), now, now(), stop_ns, append, failed))


def drive_checked_blocking(op: Callable[[], object], now: Now, stop_ns: int, append: Append, failed: Failed) -> None:
    loops.checked_blocking_loop(op, right, now, now(), stop_ns, append, failed)


def drive_checked_coroutine(op: Callable[[], object], now: Now, stop_ns: int, append: Append, failed: Failed) -> None:
    asyncio.run(loops.checked_coroutine_loop(in_coroutine(op), right, now, now(), stop_ns, append, failed))


CHECKED = [drive_checked_blocking, drive_checked_coroutine]
every_loop = pytest.mark.parametrize("drive", [drive_blocking, drive_coroutine, *CHECKED])
every_checked_loop = pytest.mark.parametrize("drive", CHECKED)


class TestLoop:
    @every_loop
    def test_it_notes_its_start_and_then_the_end_of_every_op_until_the_clock_passes_the_stop(
        self, drive: Drive
    ) -> None:
        log = Log()

        drive(log.op, Clock(100, 110, 125, 140), 130, log.append, log.failed)

        assert log.happened == [100, "op", 110, "op", 125, "op", 140]

    @every_loop
    def test_it_reads_the_clock_once_per_op(self, drive: Drive) -> None:
        log, clock = Log(), Clock(*range(1_001))

        drive(log.op, clock, 1_000, log.append, log.failed)

        assert log.happened.count("op") == 1_000
        assert clock.reads - 1 == 1_000  # the start is read by whoever orders the turn

    @every_loop
    def test_it_stops_when_the_clock_shows_just_the_stop(self, drive: Drive) -> None:
        log = Log()

        drive(log.op, Clock(0, 10), 10, log.append, log.failed)

        assert log.happened == [0, "op", 10]

    @every_loop
    def test_it_runs_one_op_even_when_the_stop_is_long_past(self, drive: Drive) -> None:
        log = Log()

        drive(log.op, Clock(500, 510), 130, log.append, log.failed)

        assert log.happened == [500, "op", 510]

    @every_loop
    def test_an_op_that_raises_is_noted_by_its_start_and_ends_like_any_other(self, drive: Drive) -> None:
        log, trouble = Log(), OSError("gone")
        results = iter([None, trouble, None])

        drive(lambda: log.op(next(results)), Clock(0, 10, 20, 30), 30, log.append, log.failed)

        assert log.happened == [0, "op", 10, "op", ("failed", 10, trouble), 20, "op", 30]

    @every_checked_loop
    def test_an_op_whose_result_fails_the_check_is_noted_by_its_start(self, drive: Drive) -> None:
        log = Log()
        results = iter([None, "wrong", None])

        drive(lambda: log.op(next(results)), Clock(0, 10, 20, 30), 30, log.append, log.failed)

        assert log.happened == [0, "op", 10, "op", ("failed", 10, None), 20, "op", 30]

    @pytest.mark.parametrize("drive", [drive_blocking, drive_coroutine])
    def test_a_loop_without_a_check_takes_any_result(self, drive: Drive) -> None:
        log = Log()

        drive(lambda: log.op("anything"), Clock(0, 10), 10, log.append, log.failed)

        assert log.happened == [0, "op", 10]

    def test_a_check_that_raises_is_a_failed_op(self) -> None:
        log, trouble = Log(), TypeError("no length")

        def check(_: object) -> bool:
            raise trouble

        loops.checked_blocking_loop(log.op, check, Clock(10), 0, 10, log.append, log.failed)

        assert log.happened == [0, "op", ("failed", 0, trouble), 10]

    @every_loop
    @pytest.mark.parametrize("signal", [KeyboardInterrupt(), SystemExit(3)])
    def test_what_should_end_the_process_is_no_failed_op(self, drive: Drive, signal: BaseException) -> None:
        log = Log()

        with pytest.raises(type(signal)):
            drive(lambda: log.op(signal), Clock(0, 10), 10, log.append, log.failed)

        assert log.happened == [0, "op"]

    def test_a_cancelled_coroutine_is_no_failed_op(self) -> None:
        log = Log()

        with pytest.raises(asyncio.CancelledError):
            drive_coroutine(lambda: log.op(asyncio.CancelledError()), Clock(0, 10), 10, log.append, log.failed)

        assert log.happened == [0, "op"]
