"""The private channel between two processes: whole messages, a dead peer, silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bench.trial.channel import Channel, ChannelClosed, Message
from tests.support.command import ROOT
from tests.support.contestants import PATIENCE_S


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    """Two channels, each of which reads what the other writes."""
    ours_in, theirs_out = os.pipe()
    theirs_in, ours_out = os.pipe()
    ours, theirs = Channel(ours_in, ours_out), Channel(theirs_in, theirs_out)
    yield ours, theirs
    for channel in (ours, theirs):
        with suppress(OSError):  # the test closed it
            channel.close()


def test_a_message_arrives_as_it_was_sent(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    message: Message = {"do": "turn", "numbers": [1, 2.5, None, True], "text": "3 × ü\n", "nested": {"a": []}}

    ours.send(message, b"\x00\xff\n payload")

    assert theirs.receive(PATIENCE_S) == (message, b"\x00\xff\n payload")


def test_a_payload_is_optional(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends

    ours.send({})

    assert theirs.receive(PATIENCE_S) == ({}, b"")


def test_messages_arrive_one_by_one_and_in_order(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    for i in range(20):
        ours.send({"i": i}, bytes([i]) * i)

    assert [theirs.receive(PATIENCE_S) for _ in range(20)] == [({"i": i}, bytes([i]) * i) for i in range(20)]


def test_both_directions_are_independent(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    ours.send({"from": "us"})
    theirs.send({"from": "them"})

    assert ours.receive(PATIENCE_S) == ({"from": "them"}, b"")
    assert theirs.receive(PATIENCE_S) == ({"from": "us"}, b"")


@pytest.mark.parametrize("timeout_s", [None, PATIENCE_S])
def test_a_payload_far_larger_than_a_pipe_holds_arrives_whole(
    ends: tuple[Channel, Channel], timeout_s: float | None
) -> None:
    ours, theirs = ends
    payload = os.urandom(1 << 16) * 80  # 5 MiB
    sender = threading.Thread(target=ours.send, args=({"size": len(payload)}, memoryview(payload)))
    sender.start()

    message, arrived = theirs.receive(timeout_s)
    sender.join()

    assert message == {"size": len(payload)}
    assert arrived == payload


def test_a_peer_that_is_gone_closes_the_channel_for_the_reader(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    ours.close()

    with pytest.raises(ChannelClosed):
        theirs.receive(PATIENCE_S)
    with pytest.raises(ChannelClosed):
        theirs.receive()


def test_a_peer_that_is_gone_closes_the_channel_for_the_writer(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    theirs.close()

    with pytest.raises(ChannelClosed):
        ours.send({"anyone": "there"})


def test_a_message_sent_before_the_peer_went_still_arrives(ends: tuple[Channel, Channel]) -> None:
    ours, theirs = ends
    ours.send({"last": "words"})
    ours.close()

    assert theirs.receive(PATIENCE_S) == ({"last": "words"}, b"")
    with pytest.raises(ChannelClosed):
        theirs.receive(PATIENCE_S)


def framed(message: Message, payload: bytes) -> bytes:
    """A message as it lies in the pipe."""
    header = json.dumps(message, separators=(",", ":")).encode()
    return len(header).to_bytes(8, "little") + len(payload).to_bytes(8, "little") + header + payload


def test_half_a_message_never_arrives() -> None:
    whole = framed({"half": True}, b"data")
    for cut in (1, 15, 16, 20, len(whole) - 1):
        read_fd, write_fd = os.pipe()
        os.write(write_fd, whole[:cut])
        os.close(write_fd)

        with pytest.raises(ChannelClosed):
            Channel(read_fd, -1).receive(PATIENCE_S)
        os.close(read_fd)


def test_silence_is_a_timeout(ends: tuple[Channel, Channel]) -> None:
    _, theirs = ends

    with pytest.raises(TimeoutError):
        theirs.receive(0.001)


def test_a_message_that_stops_in_the_middle_is_a_timeout() -> None:
    read_fd, write_fd = os.pipe()
    os.write(write_fd, framed({}, b"only this and not the rest")[:-10])

    with pytest.raises(TimeoutError):
        Channel(read_fd, -1).receive(0.001)
    os.close(read_fd)
    os.close(write_fd)


CHILD = """
import os, sys
from bench.trial.channel import take_standard_streams
BEFORE
channel = take_standard_streams()
message, payload = channel.receive()
print("stray", flush=True)
os.write(1, b"stray too")
channel.send({"heard": message, "stdin": sys.stdin.read()}, payload)
"""


@pytest.mark.parametrize("before", ["pass", "print('early')"])
def test_what_a_child_prints_or_reads_goes_to_the_log_and_never_to_the_channel(before: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD.replace("BEFORE", before)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(framed({"order": 1}, b"bytes"))
        process.stdin.close()
        answer, log = process.stdout.read(), process.stderr.read().decode()

    assert answer == framed({"heard": {"order": 1}, "stdin": ""}, b"bytes")
    assert log == ("early\n" if "early" in before else "") + "stray\nstray too"
