"""A parameter's three faces: the value a workload holds, the data that is stored and sent, the text a user types.

    value  --encoded-->  data  --shown-->  text  --typed-->  value
    value  <--decoded--  data

A value exists only in processes that have the workload's module. Everywhere else there is data: JSON, in which every
object is a value that JSON does not have, tagged with what it is. What cannot be carried faithfully is refused, so a
trial never runs with a value that is nearly the one that was asked for. `bench.trial.typed` makes values of text,
since that needs their types. Standard library only.
"""

from __future__ import annotations

import enum
import importlib
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

Data = Any
"""What `json` reads and writes: null, true, numbers, text, lists, and objects of one key, the tag."""

_EXACT = 2**53
"""Integers beyond are not the same number to every reader of JSON, and Python does not print very long ones."""

TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
"""What a bool may be typed as."""

_KINDS = "None, bool, int, float, str, bytes, Path, enum, or a tuple, list, set, frozenset or dict of such"


class NotCarried(ValueError):
    """A value of a type that has no data; says which, and what has."""

    def __init__(self, value: object) -> None:
        kind = type(value)
        super().__init__(f"a value of type {kind.__module__}.{kind.__qualname__} cannot be a parameter; use {_KINDS}")


def encoded(value: object) -> Data:
    """The data of a value.

    Raises:
        NotCarried: it would not come back as it is.
    """
    kind = type(value)
    if value is None or kind in {bool, str}:
        return value
    if isinstance(value, enum.Enum):
        return _enum(value)
    if kind in _TO_DATA:
        try:
            return _TO_DATA[kind](value)
        except RecursionError:
            raise NotCarried(value) from None
    raise NotCarried(value)


def _enum(value: enum.Enum) -> Data:
    """By the name of the member; a combination of flags, which is none, by the number it holds."""
    kind = type(value)
    if "<" in kind.__qualname__:  # of a function: nobody else can reach it
        raise NotCarried(value)
    key = value.name if value.name in kind.__members__ else encoded(value.value)
    return {"enum": [kind.__module__, kind.__qualname__, key]}


def _ordered(values: frozenset[object] | set[object]) -> list[Data]:
    return sorted((encoded(value) for value in values), key=json.dumps)


_TO_DATA: dict[type, Callable[[Any], Data]] = {
    int: lambda value: value if abs(value) < _EXACT else {"int": hex(value)},
    float: lambda value: value if math.isfinite(value) else {"float": repr(value)},
    bytes: lambda value: {"bytes": value.hex()},
    type(Path()): lambda value: {"path": str(value)},
    list: lambda value: [encoded(item) for item in value],
    tuple: lambda value: {"tuple": [encoded(item) for item in value]},
    set: lambda value: {"set": _ordered(value)},
    frozenset: lambda value: {"frozenset": _ordered(value)},
    dict: lambda value: {"dict": [[encoded(key), encoded(item)] for key, item in value.items()]},
}


def decoded(data: Data) -> Any:
    """The value again; modules of enums are imported."""
    if isinstance(data, list):
        return [decoded(item) for item in data]
    if isinstance(data, dict):
        ((tag, content),) = data.items()
        return _FROM_DATA[tag](content)
    return data


def _member(content: list[Data]) -> enum.Enum:
    module, name, key = content
    kind: Any = importlib.import_module(module)
    for part in name.split("."):
        kind = getattr(kind, part)
    member: enum.Enum = kind[key] if key in kind.__members__ else kind(decoded(key))
    return member


_FROM_DATA: dict[str, Callable[[Any], object]] = {
    "int": lambda content: int(content, 16),
    "float": float,
    "bytes": bytes.fromhex,
    "path": Path,
    "tuple": lambda content: tuple(map(decoded, content)),
    "set": lambda content: set(map(decoded, content)),
    "frozenset": lambda content: frozenset(map(decoded, content)),
    "dict": lambda content: {decoded(key): decoded(item) for key, item in content},
    "enum": _member,
}


def shown(data: Data) -> str:
    """The text that, typed after ``--set workload.parameter=``, gives the value again."""
    if isinstance(data, str):
        return data if _plain(data) else repr(data)
    if isinstance(data, dict):
        ((tag, content),) = data.items()
        if tag == "path":
            return shown(content)
        if tag == "enum":
            return shown(_key(content))
        if tag == "float":
            return str(content)
    return _literal(data)


def _key(content: list[Data]) -> str:
    """What an enum's member is called by."""
    return content[2] if isinstance(content[2], str) else _literal(content[2])


def _plain(text: str) -> bool:
    """Whether text stands for itself: it is no other value's text, nor one of several."""
    if not text or not text.isprintable() or "," in text or text != text.strip() or text[0] in "'\"([{":
        return False
    if text.lower() in TRUTH or text == "None":
        return False
    return not any(_reads(reading, text) for reading in (float, evaluated))


def _reads(reading: Callable[[str], object], text: str) -> bool:
    try:
        reading(text)
    except ValueError:
        return False
    return True


def evaluated(text: str) -> Any:
    """The value that text is as Python writes it; nothing is run. Raises ValueError when it is none."""
    import ast  # a trial does without

    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(text) from error


def _literal(data: Data) -> str:
    """As Python writes it; what it has no literal for, as text."""
    if isinstance(data, list):
        return f"[{_listed(data)}]"
    if isinstance(data, dict):
        ((tag, content),) = data.items()
        return _WRITTEN[tag](content)
    return repr(data)


def _listed(items: list[Data]) -> str:
    return ", ".join(map(_literal, items))


def _set(items: list[Data]) -> str:
    return f"{{{_listed(items)}}}" if items else "set()"


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "int": str,
    "float": repr,
    "bytes": lambda content: repr(bytes.fromhex(content)),
    "path": repr,
    "tuple": lambda items: f"({_listed(items)}{',' if len(items) == 1 else ''})",
    "set": _set,
    "frozenset": _set,
    "dict": lambda items: f"{{{', '.join(f'{_literal(key)}: {_literal(item)}' for key, item in items)}}}",
    "enum": lambda content: repr(_key(content)),
}
