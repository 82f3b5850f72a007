"""The fixture's process: enter a workload's fixture, say READY by handing its value on, answer for its counters.

start -> counters, muster, alive, ... -> stop     (an order without a reply would lose the fixture's errors)
"""

from __future__ import annotations

import asyncio
import base64
import pickle
import traceback
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from typing import Any

from bench.trial import loading, project
from bench.trial.channel import Channel, ChannelClosed, Message, answer, take_standard_streams
from bench.trial.children import reaped_cpu_s
from bench.trial.recorder import describe
from bench.workload import Fixture


class Server:
    """One fixture, and the order that is being answered."""

    def __init__(self, channel: Channel, order: Message) -> None:
        self._channel = channel
        self._fixture: Fixture
        self.order = order

    def ready(self, value: Any) -> None:
        """Hand the fixture's value on: the reply to the first order."""
        self._fixture = value if isinstance(value, Fixture) else Fixture(value)
        pickled = base64.b64encode(pickle.dumps(self._fixture.value)).decode()
        counts, musters = self._fixture.counters is not None, self._fixture.muster is not None
        self.say({"value": pickled, "counts": counts, "musters": musters, "code": project.code()})

    def serve(self) -> bool:
        """Take the next order and answer it; False when it is the last."""
        self.order, _ = self._channel.receive()
        match self.order["do"]:
            case "stop":
                return False
            case "counters":
                self.say({"counters": self._counters(), "reaped_cpu_s": reaped_cpu_s()})
            case "muster":
                if self._fixture.muster is not None:
                    self._fixture.muster(self.order["count"])
                self.say({})
            case _:
                self.say({})
        return True

    def say(self, reply: Message) -> None:
        self._channel.send(answer(self.order, reply))

    def _counters(self) -> dict[str, int]:
        if self._fixture.counters is None:
            return {}
        counted: dict[Any, Any] = dict(self._fixture.counters())  # a stranger's: whatever it says
        for name, value in counted.items():
            if not isinstance(name, str) or isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise TypeError(f"counters are names and whole numbers, not {name!r}: {value!r:.60}")
        return counted


def _serve_blocking(server: Server, scope: AbstractContextManager[Any]) -> None:
    with scope as value:
        server.ready(value)
        while server.serve():
            pass


async def _serve_coroutine(server: Server, scope: AbstractAsyncContextManager[Any], read_fd: int) -> None:
    """As `_serve_blocking`, with the fixture's event loop running between orders."""
    async with scope as value:
        server.ready(value)
        loop = asyncio.get_running_loop()
        stopped = loop.create_future()

        def on_order() -> None:
            try:
                if not server.serve():
                    stopped.set_result(None)
            except BaseException as error:
                stopped.set_exception(error)

        loop.add_reader(read_fd, on_order)
        try:
            await stopped
        finally:
            loop.remove_reader(read_fd)


def serve(channel: Channel, order: Message) -> None:
    """Be the fixture that this order names, until ``stop`` or until the session is gone."""
    server = Server(channel, order)
    try:
        scope = loading.load(server.order["workload"]).fixture(Path(server.order["directory"]))
        if isinstance(scope, AbstractAsyncContextManager):
            asyncio.run(_serve_coroutine(server, scope, channel.read_fd))
        elif scope is None:
            server.say({"error": "the workload has no fixture"})
        else:
            _serve_blocking(server, scope)
        server.say({"stopped": True})
    except ChannelClosed:
        pass
    except BaseException as error:
        traceback.print_exc()
        server.say({"error": describe(error)})


def main() -> None:
    channel = take_standard_streams()
    try:
        order, _ = channel.receive()
    except ChannelClosed:
        return
    serve(channel, order)
