"""What is written behind ``--set``: ``http.body_bytes=1024,65536`` -> {http: {body_bytes: [1024, 65536]}}."""

from __future__ import annotations

from collections.abc import Sequence

from bench.errors import UsageError

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_QUOTES = {"'", '"'}

Texts = dict[str, dict[str, list[str]]]
"""Workload -> parameter -> the values that were typed for it."""


def parsed(options: Sequence[str]) -> Texts:
    """All options together.

    Raises:
        UsageError: one is not of the form, or two set the same parameter.
    """
    sets: Texts = {}
    for option in options:
        target, equals, values = option.partition("=")
        workload, dot, parameter = target.rpartition(".")
        if not (equals and dot and workload and parameter):
            raise UsageError(f"--set {option}: write WORKLOAD.PARAMETER=VALUE, such as http.body_bytes=1024,65536")
        if parameter in sets.get(workload, {}):
            raise UsageError(f"--set {target} is given twice; write {target}=VALUE,VALUE to measure both")
        sets.setdefault(workload, {})[parameter] = split(values, option)
    return sets


def split(values: str, option: str) -> list[str]:
    """Values between commas; one that begins with a quote or bracket ends no earlier than that closes."""
    found, at = [], 0
    while True:
        comma = values.find(",", _closed(values, at, option))
        value = values[at:] if comma < 0 else values[at:comma]
        if not value.strip():
            raise UsageError(f"--set {option}: a value is empty; write '' in quotes for empty text")
        found.append(value)
        if comma < 0:
            return found
        at = comma + 1


def _closed(text: str, at: int, option: str) -> int:
    """Where the quote or bracket that opens at a place has closed; the place itself when none does."""
    waiting: list[str] = []
    while at < len(text):
        character = text[at]
        if waiting and waiting[-1] in _QUOTES:
            if character == "\\":
                at += 1
            elif character == waiting[-1]:
                waiting.pop()
        elif character in _QUOTES:
            waiting.append(character)
        elif character in _BRACKETS:
            waiting.append(_BRACKETS[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
        if not waiting:
            return at
        at += 1
    if waiting:
        raise UsageError(
            f"--set {option}: {waiting[0]} is missing at the end; put text that has quotes or brackets in quotes"
        )
    return at
