"""A process at the other end of a channel that does all it can think of: every wait ends, and its end is understood."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bench.process.child import Child, ChildLost, ended
from bench.process.reaper import Reaper
from tests.support.command import environment
from tests.support.contestants import PATIENCE_S
from tests.support.spoken import running

SOON_S = 0.3
"""The time-out of an answer that never comes: how long a test takes, not what it depends on."""


@contextmanager
def child(code: str, reaper: Reaper) -> Iterator[Child]:
    born = Child(running(code), reaper)
    try:
        yield born
    finally:
        born.kill()
        assert not Path(f"/proc/{born.pid}").exists() or sys.platform != "linux"


def lost(code: str, reaper: Reaper, timeout_s: float = PATIENCE_S) -> ChildLost:
    """How a child that does this is lost."""
    with child(code, reaper) as born, pytest.raises(ChildLost) as caught:
        born.ask({"do": "something"}, timeout_s)
    return caught.value


@pytest.mark.parametrize(
    "garbage",
    [
        'raw({"n": 7})',
        'raw({"n": 0})',
        'raw({"n": None})',
        "raw({})",
        'raw(b"[1, 2]")',
        'raw(b"1")',
        'raw(b"null")',
        'raw(b"{")',
        'raw(b"\\xff\\xfe")',
        'raw(b"")',
        'raw(b"{}", sizes=(1 << 40, 0))',
        'raw(b"{}", sizes=(2, 1 << 63))',
        'raw(b"x" * 4000)',
        'os.write(channel._write_fd, b"printed by a library that does not know where it prints\\n")',
    ],
)
def test_what_is_no_answer_is_called_garbage_and_ends_at_once(garbage: str, reaper: Reaper) -> None:
    caught = lost(f"{garbage}\ntime.sleep(600)", reaper)

    assert "wrote into the harness's own channel" in str(caught)
    assert not caught.hung


def test_deeply_nested_garbage_is_garbage(reaper: Reaper) -> None:
    assert "own channel" in str(lost('raw(b"[" * 100_000)\ntime.sleep(600)', reaper))


def test_an_answer_that_promises_more_than_comes_is_silence(reaper: Reaper) -> None:
    caught = lost('raw(b"{}", sizes=(3000, 0))\ntime.sleep(600)', reaper, SOON_S)

    assert "no answer within 0.3 s" in str(caught)
    assert caught.hung


def test_an_answer_that_never_ends_ends_with_the_time_out(reaper: Reaper) -> None:
    endless = 'raw(b"{}", sizes=(2, 1 << 31))\nblock = bytes(1 << 16)\nwhile True: os.write(channel._write_fd, block)'

    assert "no answer within 0.3 s" in str(lost(endless, reaper, SOON_S))


def test_an_answer_that_trickles_ends_with_the_time_out(reaper: Reaper) -> None:
    trickle = 'raw(b"{}", sizes=(1 << 20, 0))\nwhile True:\n    os.write(channel._write_fd, b" ")\n    time.sleep(0.01)'

    assert "no answer within 0.3 s" in str(lost(trickle, reaper, SOON_S))


def test_one_that_is_stopped_does_not_take_a_large_order_and_is_told_from_one_that_does_not_answer(
    reaper: Reaper,
) -> None:
    with child("time.sleep(600)", reaper) as born:
        os.kill(born.pid, signal.SIGSTOP)
        with pytest.raises(ChildLost, match=r"did not take its orders within 0\.3 s") as large:
            born.send({"do": "x" * 1_000_000}, SOON_S)
    with child("time.sleep(600)", reaper) as born:
        os.kill(born.pid, signal.SIGSTOP)
        with pytest.raises(ChildLost, match=r"no answer within 0\.3 s") as small:
            born.ask({"do": "x"}, SOON_S)

    assert large.value.hung
    assert small.value.hung


def test_one_that_stops_reading_while_a_large_order_is_sent_costs_the_time_out(reaper: Reaper) -> None:
    with child("time.sleep(600)", reaper) as born:
        born.send({"do": "its first"}, PATIENCE_S)
        with pytest.raises(ChildLost, match="did not take its orders"):
            born.send({"do": "x" * 1_000_000}, SOON_S)


@pytest.mark.parametrize(
    ("death", "words"),
    [
        ("raw(b'{\"a\": 1', sizes=(50, 0)); os._exit(3)", "ended with exit code 3"),
        ("raw(b'{}', bytes(10), sizes=(2, 100)); os.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL"),
        ("os.write(channel._write_fd, bytes(7)); os.abort()", "killed by SIGABRT"),
        ("os.kill(os.getpid(), signal.SIGRTMIN + 5)", f"killed by signal {int(signal.SIGRTMIN) + 5}"),
        ("sys.exit(0)", "ended with exit code 0"),
        ("raise ValueError('out of paper')", "exit code 1; its last words: .* ValueError: out of paper"),
        ("print('café', flush=True); os.write(2, b'\\xff\\n'); os._exit(1)", "last words: café | \ufffd"),
        ("channel.close(); time.sleep(600)", "closed its channel"),
    ],
)  # fmt: skip
def test_one_that_dies_in_the_middle_of_an_answer_is_told_by_its_end_and_last_words(
    death: str, words: str, reaper: Reaper
) -> None:
    with child(death, reaper) as born, pytest.raises(ChildLost, match=words) as caught:
        born.ask({"do": "something"}, PATIENCE_S)

    assert not caught.value.hung


def test_an_error_is_the_child_s_own_words_and_the_child_can_be_asked_again(reaper: Reaper) -> None:
    code = (
        'channel.send(answer(order, {"error": "no such table"}))\nchannel.send(answer(channel.receive()[0], {"a": 1}))'
    )
    with child(code, reaper) as born:
        with pytest.raises(ChildLost, match=r"^no such table$"):
            born.ask({}, PATIENCE_S)
        assert born.ask({}, PATIENCE_S)["a"] == 1


def test_killed_twice_is_killed_and_what_is_asked_of_it_afterwards_is_refused(reaper: Reaper) -> None:
    with child("time.sleep(600)", reaper) as born:
        born.kill()
        born.kill()
        born.stop(SOON_S)
        for act in (lambda: born.send({}, SOON_S), lambda: born.reply(SOON_S), lambda: born.ask({}, SOON_S)):
            with pytest.raises(ChildLost, match="it was ended"):
                act()
        assert born.ready(SOON_S) is True


def test_a_closed_channel_never_reads_the_file_that_has_its_number_now(reaper: Reaper) -> None:
    with child("time.sleep(600)", reaper) as born:
        number = born._channel.read_fd
        born.kill()
        read_fd, write_fd = os.pipe()
        os.dup2(read_fd, number)
        os.write(write_fd, bytes(100))

        assert born.ready(0.0) is True  # there is nothing to wait for
        with pytest.raises(ChildLost, match="it was ended"):
            born.reply(SOON_S)
        assert os.read(read_fd, 100) == bytes(100)
        for fd in (read_fd, write_fd, number):
            os.close(fd)


@pytest.mark.parametrize("stopped", [False, True])
def test_stop_costs_its_patience_at_most_and_takes_the_whole_group(stopped: bool, reaper: Reaper) -> None:
    code = "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\nif os.fork() == 0: time.sleep(600)\n"
    with child(f"{code}channel.send(answer(order, {{}}))\ntime.sleep(600)", reaper) as born:
        born.ask({}, PATIENCE_S)
        group = [one for one in psutil.process_iter() if _group(one.pid) == born.pid]
        if stopped:
            os.kill(born.pid, signal.SIGSTOP)
        born.stop(SOON_S)

        assert len(group) == 2
        assert not psutil.wait_procs(group, PATIENCE_S)[1]


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def test_what_cannot_be_started_is_lost_and_costs_no_file_descriptor(reaper: Reaper) -> None:
    def refuse(*_: int) -> subprocess.Popen[bytes]:
        raise OSError(24, "Too many open files")

    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with pytest.raises(ChildLost, match="it could not be started: file descriptor limit reached"):
        Child(refuse, reaper)

    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


HELD = """
from bench.process.child import Child
from bench.process.reaper import Reaper
from tests.support.spoken import running
with Reaper() as reaper:
    child = Child(running("channel.send(answer(order, {}), bytes(500_000))\\ntime.sleep(600)"), reaper)
    child.send({}, 20)
    print("waiting", flush=True)
    print(len(child.reply(1.0)[1]), flush=True)
    child.kill()
"""


def test_time_in_which_we_ourselves_are_held_is_nobody_s_silence() -> None:
    held = subprocess.Popen(
        [sys.executable, "-c", HELD], stdout=subprocess.PIPE, text=True,
        env=environment(),
    )  # fmt: skip
    assert held.stdout is not None
    with held:
        held.stdout.readline()
        held.send_signal(signal.SIGSTOP)
        time.sleep(1.5)  # longer than its time-out; the answer is larger than the pipe
        held.send_signal(signal.SIGCONT)
        assert held.stdout.read() == "500000\n"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended with exit code 0"),
        (139, "ended with exit code 139"),
        (-11, "killed by SIGSEGV"),
        (-63, "killed by signal 63"),
        (-(1 << 16), "ended, and nobody was left to say how"),
    ],
)
def test_every_end_has_its_words(code: int, words: str) -> None:
    assert ended(code) == words
