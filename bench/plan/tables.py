"""Tables that users write in TOML: every key known, every value of its type, and a slip in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.errors import UsageError
from bench.plan import discovery

WORDS = {str: "text", list: "list", int: "number", (str, dict): "runner's name or table"}


def check(where: str, table: Mapping[str, Any], keys: Mapping[str, Any]) -> None:
    """Hold a table against its keys.

    Args:
        where: file and name of the table. keys: key -> its type, one of `WORDS`.

    Raises:
        UsageError: a key is unknown (with the nearest), or a value of another type.
    """
    for key, value in table.items():
        if key not in keys:
            raise UsageError(f"{where}: {discovery.unknown('key', key, keys, f'it may have: {_joined(keys)}')}")
        if not isinstance(value, keys[key]):
            raise UsageError(f"{where}: {key} is no {WORDS[keys[key]]}")


def _joined(keys: Mapping[str, Any]) -> str:
    return ", ".join(keys)
