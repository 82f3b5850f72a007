"""The hot loops on a clock that the test holds, their twins, the record they keep, and the words for what failed."""

from __future__ import annotations

import asyncio
import errno
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from bench.trial import loops, recorder, ticker, worker
from bench.trial.loops import Append, Failed, Now
from bench.trial.recorder import MOST_MESSAGES, OTHER, WRONG_RESULT, Recorder, describe, pack
from bench.trial.turn import MEMORY, TIMED, Span
from bench.workload import Op, Workload


class Clock:
    """Shows the given times one after the other, and counts how often it is read."""

    def __init__(self, *times: int) -> None:
        self._times = list(times)
        self.reads = 0

    def __call__(self) -> int:
        self.reads += 1
        return self._times.pop(0)


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


def in_coroutine(op: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    async def awaited() -> object:
        return op()

    return awaited


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


def words(function: Callable[..., Any]) -> str:
    """A function's statements, annotations and docstring left out, without what makes it a coroutine."""
    source = inspect.getsource(function)
    body = source[source.index('"""') :].split('"""', 2)[2]
    return body.replace("await ", "")


class TestTwins:
    @pytest.mark.parametrize(
        ("blocking", "coroutine"),
        [
            (loops.blocking_loop, loops.coroutine_loop),
            (loops.checked_blocking_loop, loops.checked_coroutine_loop),
        ],
    )
    def test_the_hot_loops_are_word_for_word_the_same_but_for_async_and_await(
        self, blocking: Callable[..., Any], coroutine: Callable[..., Any]
    ) -> None:
        assert words(blocking) == words(coroutine)
        assert "while True" in words(blocking)
        assert list(inspect.signature(blocking).parameters) == list(inspect.signature(coroutine).parameters)
        assert inspect.iscoroutinefunction(coroutine)
        assert inspect.getsource(coroutine).count("await ") == 1

    @pytest.mark.parametrize(
        ("plain", "checked"),
        [
            (loops.blocking_loop, loops.checked_blocking_loop),
            (loops.coroutine_loop, loops.checked_coroutine_loop),
        ],
    )
    def test_a_loop_with_a_check_differs_by_the_check_alone(
        self, plain: Callable[..., Any], checked: Callable[..., Any]
    ) -> None:
        call = "            if not check(op()):\n                failed(t, None)\n"

        assert words(checked).replace(call, "            op()\n") == words(plain)

    def test_the_tickers_are_the_same_but_for_async_await_and_whose_sleep_it_is(self) -> None:
        coroutine = words(ticker.tick_coroutine).replace("asyncio.sleep", "time.sleep")
        without_import = [line for line in coroutine.splitlines() if "import asyncio" not in line and line]

        assert without_import == [line for line in words(ticker.tick_blocking).splitlines() if line]


class TestTicker:
    def test_it_notes_how_late_every_tick_of_the_window_woke(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ms = 1_000_000
        slept: list[float] = []
        monkeypatch.setattr(ticker, "now", Clock(0, 2 * ms, 3 * ms, 7 * ms, 7 * ms, 20 * ms))
        monkeypatch.setattr("time.sleep", slept.append)
        lateness_ns: list[int] = []

        ticker.tick_blocking(Span("lag", 0, 2 * ms, 12 * ms + 1, 20 * ms), lateness_ns)

        assert lateness_ns == [0, 0, 8 * ms]  # due at 2, 7 and 12 ms
        assert slept == pytest.approx([0.002, 0.004, 0.005])


class Unchecked(Workload):
    pass


class Checked(Workload):
    def check(self, result: object) -> bool:
        return result == "right"


class TestWorker:
    SPAN = Span(TIMED, 0, 5, 10, 10)

    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(worker, "now", Clock(4, 12))

    @staticmethod
    def _blocking(workload: Workload, op: Op, span: Span, kept: Recorder) -> None:
        worker.run_blocking(workload, op, span, kept)

    @staticmethod
    def _coroutine(workload: Workload, op: Op, span: Span, kept: Recorder) -> None:
        async def main() -> None:
            await worker.run_coroutine(workload, in_coroutine(op), span, kept)

        asyncio.run(main())

    @pytest.fixture(params=["blocking", "coroutine"])
    def run(self, request: pytest.FixtureRequest) -> Callable[[Workload, Op, Span, Recorder], None]:
        return {"blocking": self._blocking, "coroutine": self._coroutine}[request.param]

    def test_a_timed_turn_keeps_the_reads(self, run: Callable[[Workload, Op, Span, Recorder], None]) -> None:
        kept = Recorder()

        run(Unchecked(), lambda: "anything", self.SPAN, kept)

        assert kept.ends_ns == [0, 4, 12]
        assert not kept.failed_starts_ns

    def test_a_memory_turn_keeps_no_read_but_every_failure(
        self, run: Callable[[Workload, Op, Span, Recorder], None]
    ) -> None:
        kept = Recorder()

        run(Checked(), lambda: "wrong", Span(MEMORY, 0, 5, 10, 10), kept)

        assert not kept.ends_ns
        assert kept.messages == {WRONG_RESULT: 2}

    def test_the_workloads_own_check_judges_every_result(
        self, run: Callable[[Workload, Op, Span, Recorder], None]
    ) -> None:
        kept, results = Recorder(), iter(["right", "wrong"])

        run(Checked(), lambda: next(results), self.SPAN, kept)

        assert kept.failed_starts_ns == [4]
        assert kept.messages == {WRONG_RESULT: 1}

    def test_a_turn_forgets_the_one_before(self, run: Callable[[Workload, Op, Span, Recorder], None]) -> None:
        kept = Recorder()
        kept.begin(keep=True)(99)
        kept.failed(99, None)

        run(Unchecked(), lambda: None, self.SPAN, kept)

        assert kept.ends_ns == [0, 4, 12]
        assert (kept.failed_starts_ns, kept.messages) == ([], {})


def failures_of(number: int, *, start: int = 0) -> Recorder:
    """A recorder that noted so many failures, each with a text of its own."""
    kept = Recorder()
    kept.begin(keep=True)
    for i in range(start, start + number):
        kept.failed(i, ValueError(f"number {i}"))
    return kept


class TestRecorder:
    def test_equal_failures_are_counted_under_one_text(self) -> None:
        kept = Recorder()
        for start_ns in range(5):
            kept.failed(start_ns, ValueError("no"))
        kept.failed(5, None)

        assert kept.messages == {"ValueError: no": 5, WRONG_RESULT: 1}
        assert kept.failed_starts_ns == [0, 1, 2, 3, 4, 5]

    def test_texts_beyond_the_first_20_are_counted_together(self) -> None:
        kept = failures_of(MOST_MESSAGES + 30)

        assert len(kept.messages) == MOST_MESSAGES + 1
        assert kept.messages[OTHER] == 30

    def test_a_text_that_is_known_is_counted_as_itself_however_many_there_are(self) -> None:
        kept = failures_of(MOST_MESSAGES + 5)
        kept.failed(99, ValueError("number 0"))

        assert kept.messages["ValueError: number 0"] == 2
        assert kept.messages[OTHER] == 5

    def test_every_failure_keeps_its_start_whatever_happens_to_its_text(self) -> None:
        assert len(failures_of(100).failed_starts_ns) == 100

    def test_packing_adds_the_workers_messages_up_the_most_frequent_first(self) -> None:
        first, second = failures_of(2), failures_of(1, start=1)

        header, _ = pack([first.state(), second.state()])

        assert list(header["messages"].items()) == [("ValueError: number 1", 2), ("ValueError: number 0", 1)]

    def test_packing_keeps_at_most_20_texts_and_one_for_the_rest(self) -> None:
        header, _ = pack([failures_of(15).state(), failures_of(15, start=15).state()])

        assert len(header["messages"]) <= MOST_MESSAGES + 1

    @pytest.mark.parametrize("workers", [[(21, 0)], [(50, 0)], [(15, 0), (15, 15)], [(30, 0), (30, 100)]])
    def test_packing_loses_no_failure_from_the_count(self, workers: Sequence[tuple[int, int]]) -> None:
        states = [failures_of(number, start=start).state() for number, start in workers]

        header, _ = pack(states)

        assert sum(header["messages"].values()) == sum(header["failed"]) == sum(number for number, _ in workers)


def chained(*errors: BaseException) -> BaseException:
    """Errors each of which was raised from the next."""
    for error, cause in pairwise(errors):
        error.__cause__ = cause
    return errors[0]


class TestDescribe:
    def test_an_error_is_one_line_with_its_type(self) -> None:
        assert describe(ValueError("two\n  lines\tof  text")) == "ValueError: two lines of text"

    def test_an_error_without_text_is_its_type(self) -> None:
        assert describe(ValueError()) == "ValueError"

    def test_a_long_text_is_cut(self) -> None:
        assert describe(ValueError("x" * 5_000)) == "ValueError: " + "x" * 300

    @pytest.mark.parametrize(
        ("number", "in_words"),
        [
            (errno.EMFILE, "file descriptor limit reached"),
            (errno.ENFILE, "the machine's file descriptor limit"),
            (errno.EADDRNOTAVAIL, "no free local port left"),
            (errno.EADDRINUSE, "the port is already in use"),
            (errno.EAGAIN, "process or thread limit reached"),
            (errno.ENOSPC, "the disk is full"),
            (errno.ENOMEM, "out of memory"),
        ],
    )
    def test_a_limit_of_the_machine_is_said_in_words(self, number: int, in_words: str) -> None:
        assert in_words in describe(OSError(number, "whatever the system says"))

    def test_a_limit_says_what_to_do_about_it(self) -> None:
        assert "ulimit -n" in describe(OSError(errno.EMFILE, "Too many open files"))

    def test_a_limit_hidden_behind_other_errors_is_still_said(self) -> None:
        error = chained(RuntimeError("request failed"), ConnectionError("retries"), OSError(errno.EADDRNOTAVAIL, "x"))

        assert describe(error).startswith("no free local port left")
        assert describe(error).endswith("RuntimeError")

    def test_a_limit_met_while_handling_another_error_is_still_said(self) -> None:
        error = RuntimeError("request failed")
        error.__context__ = OSError(errno.EMFILE, "Too many open files")

        assert describe(error).startswith("file descriptor limit reached")

    def test_a_thread_that_cannot_start_is_a_limit_too(self) -> None:
        assert describe(RuntimeError("can't start new thread")).startswith("process or thread limit reached")

    def test_an_error_of_the_system_that_is_no_limit_keeps_its_own_words(self) -> None:
        text = describe(chained(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), ValueError("x")))

        assert text == f"ConnectionRefusedError: [Errno {errno.ECONNREFUSED}] Connection refused"

    def test_every_limit_names_a_type_so_that_the_log_can_be_searched(self) -> None:
        for number in recorder._LIMITS:
            assert describe(OSError(number, "")).endswith(type(OSError(number, "")).__name__)
