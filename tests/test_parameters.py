"""Values of parameters as data and as text: whatever can be carried comes back as it is, all else is refused."""

from __future__ import annotations

import enum
import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NewType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import Between, parameters
from bench.parameters import NotCarried
from bench.trial.typed import name_of, typed

FLOATS = st.floats(allow_nan=False)
TEXTS = st.text(st.characters(codec=None, exclude_characters="\x00"), max_size=8)


class Colour(enum.Enum):
    """Names that are awkward to type."""

    RED = 1
    GREEN = "a,b"
    BLUE = (1, 2)


class Size(enum.StrEnum):
    """Members that are text as well."""

    BIG = "big one"
    SMALL = "None"


class Bits(enum.Flag):
    """Members that can be combined."""

    ONE = 1
    TWO = 2


Metres = NewType("Metres", float)

SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers() | st.integers(-(10**40), 10**40) | st.just(7**9000),
    float: FLOATS | st.sampled_from([math.inf, -math.inf]),
    bool: st.booleans(),
    str: TEXTS,
    bytes: st.binary(max_size=8),
    Path: TEXTS.map(Path),
    Colour: st.sampled_from(Colour),
    Size: st.sampled_from(Size),
    Bits: st.sampled_from([Bits.ONE, Bits.ONE | Bits.TWO, Bits(0)]),
    Literal["a", "b,c", 3]: st.sampled_from(["a", "b,c", 3]),
    Metres: FLOATS,
    Annotated[int, Between(0)]: st.integers(0),
}


def containers(kind: Any, values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    """A container's type with a value of it."""
    few = st.lists(values, max_size=3)
    return st.one_of(
        few.map(lambda items: (list[kind], items)),
        few.map(lambda items: (tuple[kind, ...], tuple(items))),
        few.map(lambda items: (frozenset[kind], frozenset(items))),
        few.map(lambda items: (set[kind], set(items))),
        few.map(lambda items: (dict[kind, str], dict.fromkeys(items, "x"))),
        values.map(lambda item: (tuple[int, kind], (1, item))),
        (values | st.none()).map(lambda item: (kind | None, item)),
    )


def cases() -> st.SearchStrategy[tuple[Any, Any]]:
    """A type and a value of it."""
    simple = st.sampled_from(list(SIMPLE.items()))
    alone = simple.flatmap(lambda pair: st.tuples(st.just(pair[0]), pair[1]))
    return alone | simple.flatmap(lambda pair: containers(*pair))


@given(cases())
@settings(max_examples=300)
def test_a_value_comes_back_from_its_data_as_it_is(case: tuple[Any, Any]) -> None:
    _, value = case

    data = json.loads(json.dumps(parameters.encoded(value)))

    assert parameters.decoded(data) == value
    assert type(parameters.decoded(data)) is type(value)
    assert data == parameters.encoded(parameters.decoded(data))


@given(cases())
@settings(max_examples=500)
def test_what_is_shown_of_a_value_can_be_typed_to_have_it_again(case: tuple[Any, Any]) -> None:
    kind, value = case

    text = parameters.shown(parameters.encoded(value))

    assert parameters.encoded(typed(text, kind)) == parameters.encoded(value)
    assert "\n" not in text


@given(st.none() | st.booleans() | st.integers() | FLOATS | TEXTS)
def test_a_value_of_any_type_is_told_from_text_that_looks_like_it(value: object) -> None:
    shown = parameters.shown(parameters.encoded(value))

    assert parameters.encoded(typed(shown, Any)) == parameters.encoded(value)


def test_not_a_number_is_carried() -> None:
    data = json.loads(json.dumps(parameters.encoded(math.nan), allow_nan=False))

    assert math.isnan(parameters.decoded(data))
    assert math.isnan(typed(parameters.shown(data), float))


class Pair(tuple[int, int]):
    """A tuple, and more."""


LOOP: list[object] = []
LOOP.append(LOOP)


def local() -> enum.Enum:
    """A member of an enum that nobody else can reach."""

    class Local(enum.Enum):
        A = 1

    return Local.A


@pytest.mark.parametrize(
    "value",
    [Decimal(1), 3j, range(3), object(), Pair((1, 2)), [1, (Decimal(1),)], {1: print}, LOOP, local(), bytearray()],
    ids=lambda value: type(value).__name__,
)
def test_what_would_not_come_back_is_refused_in_one_line(value: object) -> None:
    with pytest.raises(NotCarried) as refused:
        parameters.encoded(value)

    assert "cannot be a parameter; use None, bool, int" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("7", int, 7), ("-7", int, -7), ("65_536", int, 65_536), ("05", int, 5), ("0x1F", int, 31),
        ("0.25", float, 0.25), ("1e-3", float, 0.001), ("2", float, 2.0),
        ("true", bool, True), ("Yes", bool, True), ("0", bool, False),
        ("7", str, "7"), ("a=b, c", str, "a=b, c"), ("''", str, ""), ("'a,b'", str, "a,b"), ("don't", str, "don't"),
        ("7", int | None, 7), ("None", int | None, None), ("words", str | None, "words"), ("None", str | None, None),
        ("'None'", str | None, "None"), ("7", str | int, 7), ("[1, 2]", tuple[int, ...], (1, 2)),
        ("slow", Literal["fast", "slow"], "slow"), ("3", Literal[1, 3], 3), ("data/x", Path, Path("data/x")),
        ("RED", Colour, Colour.RED), ("1", Colour, Colour.RED), ("a,b", Colour, Colour.GREEN), ("3", Bits, Bits(3)),
        ("abc", bytes, b"abc"), (r"b'\xff'", bytes, b"\xff"), ("{'a': 1}", dict[str, float], {"a": 1.0}),
        ("[1, 'x']", Any, [1, "x"]), ("plain", object, "plain"),
    ],
)  # fmt: skip
def test_text_takes_the_type_of_the_parameter(text: str, kind: object, value: object) -> None:
    found = typed(text, kind)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("1.5", int, "int"), ("", int, "int"), ("x", float, "float"), ("2", bool, "bool"), ("7", dict, "dict"),
        ("{[]: 1}", dict, "dict"), ("1 +", dict, "dict"), ("open('x')", dict, "dict"), ("(" * 300, list, "list"),
        ("PINK", Colour, "one of RED, GREEN, BLUE"), ("medium", Literal["fast", "slow"], "one of fast, slow"),
        ("(1,)", tuple[int, int], "tuple[int, int]"), ("('x',)", tuple[int, ...], "tuple[int, ...]"),
        ("x", int | None, "int | None"), ("x", Metres, "float"), ("x", Annotated[int, Between(1)], "int"),
    ],
)  # fmt: skip
def test_what_is_no_value_of_the_type_is_refused_and_never_run(text: str, kind: object, name: str) -> None:
    with pytest.raises(ValueError, match="not a value of type") as refused:
        typed(text, kind)

    assert str(refused.value) == f"not a value of type {name}"
    assert name_of(kind) == name
