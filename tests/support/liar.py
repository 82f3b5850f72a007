"""A trial process that speaks the protocol and does nothing, and of which every answer can be made another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from array import array
from collections.abc import Mapping
from typing import Any

from bench.process.launch import Launch
from bench.trial.channel import Channel, Message, answer, take_standard_streams
from tests.support.command import environment

MISSING = "(missing)"
"""Said in place of a value: the key is not there."""

Lies = Mapping[str, Mapping[str, Any]]
"""Order -> key -> what is said in its place; ``"payload"`` is how many numbers are sent."""


def lying(lies: Lies) -> Launch:
    """Launches such a process."""
    code = "import json, sys; from tests.support.liar import run; run(json.loads(sys.argv[1]))"

    def launch(stdin: int, stdout: int, stderr: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", code, json.dumps(lies)], stdin=stdin, stdout=stdout, stderr=stderr,
            start_new_session=True, env=environment(),
        )  # fmt: skip

    return launch


def run(lies: Lies) -> None:
    """Answer until the session is gone."""
    channel = take_standard_streams()
    kept: list[int] = []
    while True:
        order, _ = channel.receive()
        if order["do"] == "stop":
            os._exit(0)
        if order["do"] == "turn":
            kept = _take(order["turn"])
        _tell(channel, order, {**_truth(order, kept), **lies.get(order["do"], {})}, kept)


def _take(turn: Message) -> list[int]:
    """The record of a turn of three ops that is over at once."""
    begin = time.perf_counter_ns()
    third = (turn["ramp_ns"] + turn["window_ns"] + turn["drain_ns"]) // 3
    return [begin + third * number for number in range(4)]


def _truth(order: Message, kept: list[int]) -> Message:
    match order["do"]:
        case "start":
            return {"launch_s": 0.1, "forked": False, "gil": True, "code": {}}
        case "open":
            return {"open_s": 0.1, "gil": True, "code": {}}
        case "turn":
            open_ns = kept[0] + order["turn"]["ramp_ns"]
            return {"open_ns": open_ns, "close_ns": open_ns + order["turn"]["window_ns"], "reaped_cpu_s": 0.0}
        case "collect":
            return {"ends": [len(kept)], "failed": [0], "messages": {}, "lateness_ns": [1000, 0]}
        case _:
            return {}


def _tell(channel: Channel, order: Message, said: Message, kept: list[int]) -> None:
    sent = said.pop("payload", len(kept)) if order["do"] == "collect" else 0
    said = {key: value for key, value in said.items() if value != MISSING}
    numbers = said.pop("numbers", kept)
    channel.send(answer(order, said), array("q", (numbers * sent)[:sent]).tobytes())
