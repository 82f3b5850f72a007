"""Code that exists in both forms is the same word for word but for ``async`` and ``await``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from bench.trial import ticker
from bench.trial.loads import batch, closed


def words(function: Callable[..., Any]) -> str:
    """A function's statements, annotations and docstring left out, without what makes it a coroutine."""
    source = inspect.getsource(function)
    body = source[source.index('"""') :].split('"""', 2)[2]
    return body.replace("await ", "")


class TestTwins:
    @pytest.mark.parametrize(
        ("blocking", "coroutine"),
        [
            (closed.blocking_loop, closed.coroutine_loop),
            (closed.checked_blocking_loop, closed.checked_coroutine_loop),
            (batch.blocking_loop, batch.coroutine_loop),
            (batch.checked_blocking_loop, batch.checked_coroutine_loop),
        ],
    )
    def test_the_hot_loops_are_word_for_word_the_same_but_for_async_and_await(
        self, blocking: Callable[..., Any], coroutine: Callable[..., Any]
    ) -> None:
        assert words(blocking) == words(coroutine)
        assert "while " in words(blocking)
        assert list(inspect.signature(blocking).parameters) == list(inspect.signature(coroutine).parameters)
        assert inspect.iscoroutinefunction(coroutine)
        assert inspect.getsource(coroutine).count("await ") == 1

    @pytest.mark.parametrize(
        ("plain", "checked"),
        [
            (closed.blocking_loop, closed.checked_blocking_loop),
            (closed.coroutine_loop, closed.checked_coroutine_loop),
            (batch.blocking_loop, batch.checked_blocking_loop),
            (batch.coroutine_loop, batch.checked_coroutine_loop),
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
