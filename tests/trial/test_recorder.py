"""The record that a worker keeps, and the words for what failed."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from itertools import pairwise

import pytest

from bench.trial import recorder
from bench.trial.recorder import MOST_MESSAGES, OTHER, WRONG_RESULT, Recorder, describe, pack


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

    def test_a_refused_process_is_a_limit_and_a_socket_that_would_block_is_not(self) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with ours, theirs, pytest.raises(BlockingIOError) as would_block:
            ours.recv(1)
        frame = compile("raise BlockingIOError(11, 'Resource temporarily unavailable')", "/lib/subprocess.py", "exec")
        with pytest.raises(BlockingIOError) as refused:
            exec(frame, {})

        assert describe(would_block.value).startswith("BlockingIOError")
        assert "process or thread limit reached" in describe(refused.value)

    @pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt, SystemExit])
    def test_an_error_whose_own_text_raises_is_still_told(self, raised: type[BaseException]) -> None:
        class Broken(Exception):
            def __str__(self) -> str:
                raise raised

        assert "Broken" in describe(Broken())

    def test_a_ring_of_causes_ends(self) -> None:
        one, other = ValueError("one"), ValueError("other")
        one.__cause__, other.__cause__ = other, one

        assert describe(one) == "ValueError: one"

    @pytest.mark.parametrize(
        ("number", "in_words"),
        [
            (errno.EMFILE, "file descriptor limit reached"),
            (errno.ENFILE, "the machine's file descriptor limit"),
            (errno.EADDRNOTAVAIL, "no free local port left"),
            (errno.EADDRINUSE, "the port is already in use"),
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
        for number in recorder._LIMITS.keys() - {errno.EAGAIN}:  # a limit only where a process is started
            assert describe(OSError(number, "")).endswith(type(OSError(number, "")).__name__)
