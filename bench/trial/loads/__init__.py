"""The loads: how ops follow each other. One file per load; a file dropped in here is found by its name.

Each file defines ``blocking(op, check, span, append, failed)`` and its coroutine twin: they run a worker's op through
one turn, from ``span.start_ns`` until the clock has passed ``span.stop_ns``, and append the worker's start, then the
end of each op. A check of None is not called at all.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, Protocol, cast

from bench.trial.turn import Span

Append = Callable[[int], None]
Failed = Callable[[int, BaseException | None], None]


class Load(Protocol):
    """One load's file."""

    @staticmethod
    def blocking(
        op: Callable[[], Any], check: Callable[[Any], bool] | None, span: Span, append: Append, failed: Failed
    ) -> None:
        """Run a blocking op through one turn."""

    @staticmethod
    def coroutine(
        op: Callable[[], Awaitable[Any]],
        check: Callable[[Any], bool] | None,
        span: Span,
        append: Append,
        failed: Failed,
    ) -> Awaitable[None]:
        """The loop itself, to be awaited: a frame in between would be in the worker's memory."""


def names() -> list[str]:
    """All loads."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


@cache
def load(name: str) -> Load:
    """Import one load's file."""
    return cast("Load", importlib.import_module(f"{__name__}.{name}"))
