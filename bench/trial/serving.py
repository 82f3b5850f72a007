"""The fixture's process: enter a workload's fixture, say READY by handing its value on, answer for its counters.

start -> counters, muster, ... -> stop        (an order without a reply would lose the fixture's errors)
"""

from __future__ import annotations

import asyncio
import base64
import pickle
import traceback
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from typing import Any

from bench.trial import loading
from bench.trial.channel import Channel, ChannelClosed, Message, take_standard_streams
from bench.trial.recorder import describe
from bench.workload import Fixture


def _ready(value: Any) -> tuple[Fixture, Message]:
    fixture = value if isinstance(value, Fixture) else Fixture(value)
    pickled = base64.b64encode(pickle.dumps(fixture.value)).decode()
    return fixture, {"value": pickled, "counts": fixture.counters is not None, "musters": fixture.muster is not None}


def _reply(fixture: Fixture, order: Message) -> Message:
    if order["do"] == "muster" and fixture.muster is not None:
        fixture.muster(order["count"])
        return {}
    counts: dict[Any, Any] = dict(fixture.counters()) if fixture.counters is not None else {}
    for name, count in counts.items():
        if not isinstance(name, str) or not isinstance(count, int) or count < 0:
            raise TypeError(f"the fixture's counters must be whole numbers by name, not {name!r}: {count!r}")
    return counts


def _serve_blocking(channel: Channel, scope: AbstractContextManager[Any]) -> None:
    with scope as value:
        fixture, message = _ready(value)
        channel.send(message)
        while (order := channel.receive()[0])["do"] != "stop":
            channel.send(_reply(fixture, order))


async def _serve_coroutine(channel: Channel, scope: AbstractAsyncContextManager[Any], read_fd: int) -> None:
    """As `_serve_blocking`, with the fixture's event loop running between orders."""
    async with scope as value:
        fixture, message = _ready(value)
        channel.send(message)
        stopped = asyncio.get_running_loop().create_future()

        def on_order() -> None:
            try:
                order, _ = channel.receive()
                if order["do"] == "stop":
                    stopped.set_result(None)
                else:
                    channel.send(_reply(fixture, order))
            except BaseException as error:
                stopped.set_exception(error)

        asyncio.get_running_loop().add_reader(read_fd, on_order)
        try:
            await stopped
        finally:
            asyncio.get_running_loop().remove_reader(read_fd)


def main() -> None:
    channel = take_standard_streams()
    try:
        order, _ = channel.receive()
        scope = loading.load(order["workload"]).fixture(Path(order["directory"]))
        if isinstance(scope, AbstractAsyncContextManager):
            asyncio.run(_serve_coroutine(channel, scope, channel.read_fd))
        elif scope is None:
            channel.send({"error": "the workload has no fixture"})
        else:
            _serve_blocking(channel, scope)
        channel.send({"stopped": True})
    except ChannelClosed:
        pass
    except BaseException as error:
        traceback.print_exc()
        channel.send({"error": describe(error)})


if __name__ == "__main__":
    main()
