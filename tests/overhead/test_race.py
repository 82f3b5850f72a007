"""The floor of every runner side by side: what a loop of ours takes for an op that does nothing, measured in turns."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bench.testing.race import Race


def nothing() -> None:
    """The blocking op."""


async def nothing_async() -> None:
    """The coroutine op: one trip through the loop."""
    await asyncio.sleep(0)


@pytest.mark.runners("sync", "threads", "asyncio", "uvloop", concurrency=[1, 8], budget_s=6)
def test_floor(race: Race) -> None:
    race(blocking=nothing, coroutine=nothing_async)

    assert race.faster("sync", than="asyncio", concurrency=1)
