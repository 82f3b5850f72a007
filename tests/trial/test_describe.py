"""One line for any error, with what the user forgot where that can be told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from bench.trial.recorder import describe


def generator() -> Iterator[int]:
    yield 1


async def asynchronous_generator() -> AsyncIterator[int]:
    yield 1


async def coroutine() -> int:
    return 1


def entered(scope: Any) -> str:
    """What is said of a form that a blocking runner enters."""
    with pytest.raises(TypeError) as error:
        with scope:
            pass
    return describe(error.value)


def entered_in_a_loop(scope: Any) -> str:
    """What is said of a form that a coroutine runner enters."""

    async def enter() -> None:
        async with scope:
            pass

    with pytest.raises(TypeError) as error:
        asyncio.run(enter())
    return describe(error.value)


def closed(make: Callable[[], Any], said: Callable[[Any], str]) -> str:
    scope = make()
    try:
        return said(scope)
    finally:
        if close := getattr(scope, "close", None):
            close()


@pytest.mark.parametrize("make", [generator, lambda: print, lambda: 1])
def test_a_blocking_form_without_its_decorator_is_told_which(make: Callable[[], Any]) -> None:
    assert "did you forget @contextmanager above a `def`" in closed(make, entered)


@pytest.mark.parametrize("make", [asynchronous_generator, coroutine])
def test_a_blocking_form_that_is_asynchronous_is_told_so(make: Callable[[], Any]) -> None:
    assert "a blocking form is a plain `def` with @contextmanager above it" in closed(make, entered)


@pytest.mark.parametrize("make", [asynchronous_generator, coroutine, generator, contextmanager(generator)])
def test_a_coroutine_form_without_its_decorator_is_told_which(make: Callable[[], Any]) -> None:
    assert "did you forget @asynccontextmanager above an `async def`" in closed(make, entered_in_a_loop)


def test_an_asynchronous_scope_in_a_blocking_form_is_told_so() -> None:
    assert "a blocking form is a plain `def`" in entered(asynccontextmanager(asynchronous_generator)())


def test_another_type_error_is_left_as_it_is() -> None:
    assert describe(TypeError("no number")) == "TypeError: no number"


def test_an_error_whose_text_cannot_be_had_is_described_all_the_same() -> None:
    class Silent(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert describe(Silent()) == "Silent: (its text cannot be told: RuntimeError)"


def test_a_text_of_megabytes_costs_its_beginning() -> None:
    assert len(describe(ValueError("words and more " * 1_000_000))) < 400
