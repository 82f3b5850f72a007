"""The machine a run was measured on, in a line and in full, and whether two of them are the same (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bench.model import StoredRun
from reports.numbers import units

MACHINE = ("cpu_model", "cpus", "cpu_limit", "memory_bytes", "memory_limit_bytes", "system", "kernel", "machine")
"""What must be the same for two runs to be of one machine. Python and libraries may differ: they can be the subject."""


def title(environment: Mapping[str, Any]) -> str:
    """``Intel Xeon, 2 CPUs, 23.5 GiB, Linux 6.18``."""
    cpus = environment.get("cpus")
    parts = [
        str(environment.get("cpu_model") or "unknown CPU"),
        f"{cpus} CPU{'' if cpus == 1 else 's'}" if cpus else "",
        units.size(environment["memory_bytes"]) if environment.get("memory_bytes") else "",
        f"{environment.get('system', '')} {environment.get('kernel', '')}".strip(),
    ]
    return ", ".join(part for part in parts if part)


def python(environment: Mapping[str, Any]) -> str:
    """``CPython 3.11.7`` with a word on the GIL when it is off."""
    gil = "" if environment.get("gil", True) else ", GIL off"
    return f"{environment.get('implementation', 'Python')} {environment.get('python', '')}{gil}".strip()


def date(run: StoredRun) -> str:
    """``22 November 2026, 09:32 UTC``."""
    try:
        moment = datetime.fromisoformat(run.started)
    except ValueError:
        return run.started
    return f"{moment.day} {moment:%B %Y, %H:%M %Z}".strip()


def rows(environment: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every fact, nested ones by dotted names."""
    found: list[tuple[str, str]] = []
    for name, value in environment.items():
        if isinstance(value, Mapping):
            found += [(f"{name}.{key}", text) for key, text in rows(value)]
        else:
            found.append((name, _text(name, value)))
    return found


def _text(name: str, value: object) -> str:
    if value is None:
        return "no limit" if name.endswith(("limit", "limit_bytes")) else "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name.endswith("_bytes"):
        return f"{units.size(value)} ({value:,} bytes)"
    return str(value)


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(fact, value there, value here) of everything that differs."""
    ours, theirs = dict(rows(one)), dict(rows(other))
    return [
        (name, ours.get(name, "not recorded"), theirs.get(name, "not recorded"))
        for name in dict.fromkeys([*ours, *theirs])
        if ours.get(name) != theirs.get(name)
    ]


def other_machine(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The facts of the machine itself that differ; empty when it is the same one as far as it can be told."""
    return [name for name in MACHINE if one.get(name) != other.get(name)]
