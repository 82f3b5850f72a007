"""The measured process: one workload under one runner, doing what the session orders over a private channel.

    start -> open(C) -> turn, collect, turn, collect, ... -> close -> open(next C) -> ... -> stop

Before ``start`` it may be told to fork others like itself (`bench.trial.zygote`).
Every order gets one reply. A reply with ``error`` says in one line what went wrong in opening, running or closing;
the workers are then gone and only ``open`` or ``stop`` may follow.
"""

from __future__ import annotations

import base64
import importlib
import os
import pickle
import sys
import time
import traceback
from contextlib import ExitStack
from dataclasses import replace

from bench.trial import loading, project, runners, zygote
from bench.trial.channel import Channel, ChannelClosed, Message, answer, take_standard_streams
from bench.trial.patches import patched
from bench.trial.recorder import describe, pack
from bench.trial.runners import RunnerModule, Workers
from bench.trial.turn import Turn
from bench.trial.zygote import Origin
from bench.workload import Context, Workload


class Trial:
    """The state between orders: what is loaded, and the workers that are open."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._workload: Workload
        self._module: RunnerModule
        self._scope = ExitStack()
        self._workers: Workers
        self._ctx: Context

    def start(self, order: Message) -> Message:
        began = time.perf_counter()
        self._workload = loading.load(order["workload"])
        self._module = runners.load(order["runner"])
        if not self._module.RUNNER.delegates:
            loading.import_library(self._workload, self._module.RUNNER.form)
        if prepare := getattr(self._module, "prepare", None):
            prepare()
        launch_s = self._origin.boot_s + time.perf_counter() - began
        return {
            "launch_s": launch_s,
            "forked": self._origin.forked,
            "gil": _gil_enabled(),
            "code": project.code(),
        }

    def open(self, order: Message) -> Message:
        began = time.perf_counter()
        # the pickle is made by the parent of this very process; nothing else can write to the channel
        fixture = pickle.loads(base64.b64decode(order["fixture"]))  # noqa: S301
        self._ctx = Context(fixture=fixture, client=None, concurrency=order["concurrency"])
        self._enter()
        opened = {"open_s": time.perf_counter() - began, "gil": _gil_enabled()}
        if settle := getattr(self._module, "settle", None):
            settle(order["patience_s"])
        facts = {**patched(), **self._workers.facts()}
        if not self._module.RUNNER.delegates:
            facts["accelerators"] = dict(self._workload.accelerators(self._module.RUNNER.form))
        return {**opened, "code": project.code(), **facts}

    def _enter(self) -> None:
        self._workers = self._scope.enter_context(self._module.workers(self._workload, self._ctx))

    def turn(self, order: Message) -> Message:
        turn = Turn(**order["turn"])
        if turn.cold:
            self._scope.close()
            turn = replace(turn, began_ns=time.perf_counter_ns())
            self._enter()
        reaped_before_s = self._workers.reaped_cpu_s()
        span = self._workers.run(turn)
        return {**span.as_dict(), "reaped_cpu_s": self._workers.reaped_cpu_s() - reaped_before_s}

    def collect(self) -> tuple[Message, bytes]:
        header, payload = pack(self._workers.states())
        return {**header, "lateness_ns": self._workers.lateness_ns()}, payload

    def close(self) -> Message:
        self._scope.close()
        return {}

    def abandon(self) -> None:
        """Leave the workers' scopes after an error; a second error adds nothing a reader could use."""
        try:
            self._scope.close()
        except BaseException:
            traceback.print_exc()


def serve(channel: Channel, order: Message, origin: Origin) -> None:
    """Carry out this order and all that follow, until ``stop`` or until the session is gone."""
    trial = Trial(origin)
    while order["do"] != "stop":
        payload = b""
        try:
            match order["do"]:
                case "start":
                    reply = trial.start(order)
                case "open":
                    reply = trial.open(order)
                case "turn":
                    reply = trial.turn(order)
                case "collect":
                    reply, payload = trial.collect()
                case "close":
                    reply = trial.close()
                case unknown:
                    reply = {"error": f"unknown order {unknown!r}"}
        except BaseException as error:
            traceback.print_exc()  # to the log, whose last lines the session shows
            reply = {"error": describe(error)}
            trial.abandon()
        channel.send(answer(order, reply), payload)
        order = channel.receive()[0]


def _gil_enabled() -> bool:
    """Whether the GIL is on now, after all imports; an extension module can switch it back on."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    return True if enabled is None else bool(enabled())


def main() -> None:
    try:
        channel, order, origin = zygote.hatch_until_start(take_standard_streams())
        if order["do"] == "fixture":
            importlib.import_module("bench.trial.serving").serve(channel, order)
        else:
            serve(channel, order, origin)
    except ChannelClosed:
        pass
    # A worker thread that hangs in its op is a daemon, an executor's is not: leave without waiting for either.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
