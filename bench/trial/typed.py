"""Text that a user types, as a value of the type that a parameter is annotated with."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.parameters import TRUTH, evaluated


def typed(text: str, kind: object) -> Any:
    """What was typed, as a value of a type.

    Raises:
        ValueError: it is none.
    """
    options = _options(kind)
    for option in options:
        try:
            return _typed(text, option)
        except ValueError:
            continue
    raise ValueError(f"not a value of type {name_of(kind)}")


def _options(kind: object) -> tuple[object, ...]:
    """The types of a union: nothing first, and those that take any text last."""
    kind = _bare(kind)
    if typing.get_origin(kind) not in {typing.Union, types.UnionType}:
        return (kind,)
    bare = [_bare(option) for option in typing.get_args(kind)]
    return tuple(sorted(bare, key=_breadth))


def _breadth(option: object) -> int:
    return 0 if option is type(None) else 2 if option in {str, bytes, Path, Any, object} else 1


def _bare(kind: object) -> object:
    """A type without its annotations, and a NewType as what it is made of."""
    while True:
        if typing.get_origin(kind) is typing.Annotated:
            kind = typing.get_args(kind)[0]
        elif isinstance(kind, typing.NewType):
            kind = kind.__supertype__
        else:
            return kind


def _typed(text: str, kind: object) -> Any:
    if kind in _FROM_TEXT:
        return _FROM_TEXT[kind](text)
    if _is_enum(kind) or typing.get_origin(kind) is typing.Literal:
        return _fitted(_unquoted(text), kind)
    if kind in {Any, object}:
        return _any(text)
    return _fitted(evaluated(text), kind)


def _any(text: str) -> Any:
    """As Python writes it, or a number that it has no literal for, or text."""
    for reading in (evaluated, float):
        try:
            return reading(text)
        except ValueError:
            continue
    return text


def _is_enum(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _bool(text: str) -> bool:
    if text.lower() not in TRUTH:
        raise ValueError(text)
    return TRUTH[text.lower()]


def _int(text: str) -> int:
    return int(text, 16) if text.lower().lstrip("+-").startswith("0x") else int(text)


def _none(text: str) -> None:
    if text != "None":
        raise ValueError(text)


def _unquoted(text: str) -> str:
    """Text in quotes is what they hold, so that text can be written that would be taken for something else."""
    if text[:1] in {"'", '"'} and isinstance(value := evaluated(text), str):
        return value
    return text


def _bytes(text: str) -> bytes:
    if text[:2] in {"b'", 'b"'} and isinstance(value := evaluated(text), bytes):
        return value
    return _unquoted(text).encode()


_FROM_TEXT: dict[object, Callable[[str], object]] = {
    int: _int,
    float: float,
    bool: _bool,
    str: _unquoted,
    bytes: _bytes,
    Path: lambda text: Path(_unquoted(text)),
    type(None): _none,
}


def _fitted(value: Any, kind: object) -> Any:
    """The value of a literal as one of a type: lists become tuples, text becomes paths and members, as the type says.

    Raises:
        ValueError: it does not fit.
    """
    for option in _options(kind):
        try:
            return _fitted_to(value, option)
        except (ValueError, TypeError):
            continue
    raise ValueError(value)


def _fitted_to(value: Any, kind: object) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    wanted = origin or kind
    if origin is typing.Literal:
        return _option_of(arguments, value)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _member_of(kind, value)
    if wanted in _CONTAINERS and isinstance(value, _CONTAINERS[wanted]):
        return _filled(value, wanted, arguments)
    if (kind, type(value)) in {(float, int), (float, str), (Path, str)}:
        return wanted(value)  # type: ignore[operator]
    if kind in {Any, object, type(value)}:
        return value
    raise ValueError(value)


def _option_of(options: tuple[Any, ...], value: Any) -> Any:
    for option in options:
        if value in (option, str(option)):
            return option
    raise ValueError(value)


def _member_of(kind: type[enum.Enum], value: Any) -> enum.Enum:
    """By name, or by value; a combination of flags by the number it holds."""
    if isinstance(value, str) and value in kind.__members__:
        return kind[value]
    for member in kind:
        if value in (member.value, str(member.value)):
            return member
    return kind(int(value)) if issubclass(kind, enum.Flag) else kind(value)


_CONTAINERS: dict[object, tuple[type, ...]] = {
    tuple: (tuple, list),
    list: (list, tuple),
    set: (set, list, tuple),
    frozenset: (set, list, tuple),
    dict: (dict,),
}


def _filled(value: Any, wanted: Any, arguments: tuple[Any, ...]) -> Any:
    """A container with every item fitted to its type."""
    if not arguments:
        return wanted(value)
    if wanted is dict:
        return {_fitted(key, arguments[0]): _fitted(item, arguments[1]) for key, item in value.items()}
    if wanted is tuple and arguments[-1] is not ...:
        if len(value) != len(arguments):
            raise ValueError(value)
        return tuple(_fitted(item, kind) for item, kind in zip(value, arguments, strict=True))
    return wanted(_fitted(item, arguments[0]) for item in value)


def name_of(kind: object) -> str:
    """A type in words."""
    kind = _bare(kind)
    if typing.get_origin(kind) is typing.Literal:
        return f"one of {', '.join(map(str, typing.get_args(kind)))}"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return f"one of {', '.join(kind.__members__)}"
    return kind.__name__ if isinstance(kind, type) and not typing.get_args(kind) else str(kind).replace("typing.", "")
