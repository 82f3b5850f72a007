"""The machine a run was measured on, in a line and in full, and in what several of them differ (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from bench.model import StoredRun
from reports.numbers import units

MACHINE = ("cpu_model", "cpus", "cpu_limit", "memory_bytes", "memory_limit_bytes", "system", "kernel", "machine")
"""What must be the same for two runs to be of one machine. Python and libraries may differ: they can be the subject."""

SUBJECT = ("python", "implementation", "gil", "libraries", "deadheat")
"""What must be the same for two runs to be of one thing."""


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


def differences(environments: Sequence[Mapping[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
    """(fact, its value in each of them) of everything in which they are not all alike."""
    facts = [dict(rows(one)) for one in environments]
    found = [(name, tuple(one.get(name, "not recorded") for one in facts)) for name in dict.fromkeys(chain(*facts))]
    return [(name, values) for name, values in found if len(set(values)) > 1]


def other_machine(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The facts of the machine itself that differ; empty when it is the same one as far as it can be told."""
    return [name for name in MACHINE if one.get(name) != other.get(name)]


def other_subject(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The facts of what is measured on it that differ."""
    return [name for name in SUBJECT if not same(one.get(name), other.get(name))]


def same(one: object, other: object) -> bool:
    """Equal; of libraries those that both name, as a run names those of its own workloads."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(one[name] == other[name] for name in one.keys() & other.keys())
    return one == other
