"""What the two files of a run hold, as text and as nouns (pure): how it is written, and the one validated way back.

msgspec holds every field against its type in `bench.model`; what is missing and has a default gets it, what no field is
known for is refused, because to ignore what a newer version meant would be to show other numbers than it stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import msgspec

from bench.histogram import Histogram
from bench.model import (
    Absence,
    Contest,
    Contestant,
    Memory,
    Plan,
    Settings,
    StoredRun,
    Trace,
    TrialResult,
    TurnResult,
    WorkloadSpec,
)

FORMAT = 1
DEEPEST = 32
"""Levels of what is stored as it came (parameters, facts, the environment); more is no data of ours."""

T = TypeVar("T")


class Fault(ValueError):
    """What is stored is not what a run holds; says which part, in one line."""


class OtherFormat(Fault):
    """It is a run, of a format that this version does not read."""


class _Facts(TypedDict, total=False):
    """The facts of a trial that are read again; others may stand beside them."""

    launch_s: float
    open_s: float
    gil: bool
    forked: bool
    loop: str | None
    accelerators: dict[str, bool]


class _Environment(TypedDict, total=False):
    """The facts of the machine that are read again; others may stand beside them."""

    cpus: int
    cpus_online: int | None
    memory_bytes: int | None
    memory_limit_bytes: int | None
    free_threaded_build: bool
    gil: bool
    libraries: dict[str, str | None]


class _Description(msgspec.Struct):
    """run.json."""

    format: int
    run_id: str
    started: str
    stopped: str
    elapsed_s: float
    command: tuple[str, ...]
    plan: Plan
    environment: dict[str, Any]
    ending: str = ""


MEMORIES = tuple(field.name for field in fields(TrialResult) if field.type == "Memory | None")
"""Fields of a trial that hold a `Memory`; a new one needs no line here or in `sound`."""

_PARTS: dict[type, dict[str, type]] = {
    _Description: {"plan": Plan},
    Plan: {"settings": Settings, "workloads": WorkloadSpec, "contests": Contest},
    Contest: {"contestants": Contestant, "absent": Absence},
    TrialResult: {"turns": TurnResult, "trace": Trace, **dict.fromkeys(MEMORIES, Memory)},
}
"""Kind -> field -> the kind of what is in it."""


def description(run: StoredRun) -> str:
    """The text of run.json."""
    text = {
        "format": FORMAT,
        "run_id": run.run_id,
        "started": run.started,
        "stopped": run.stopped,
        "ending": run.ending,
        "elapsed_s": run.elapsed_s,
        "command": list(run.command),
        "plan": asdict(run.plan),
        "environment": run.environment,
    }
    return json.dumps(text, indent=1) + "\n"


def line(trial: TrialResult) -> str:
    """A line of trials.jsonl."""
    data = asdict(trial)
    for name in ("latency", "lag"):  # JSON has no integer keys
        data[name] = [list(data[name].keys()), list(data[name].values())]
    return json.dumps(data, separators=(",", ":")) + "\n"


def described(text: bytes, directory: Path) -> StoredRun:
    """The run that a run.json describes, without its trials.

    Raises:
        Fault: it is not one, or of `OtherFormat`.
    """
    data = parsed(text)
    if not isinstance(data, dict) or "format" not in data:
        raise Fault("it names no format")
    version = data["format"]
    if type(version) is not int or not 1 <= version <= FORMAT:
        newer = type(version) is int and version > FORMAT
        remedy = "; pip install --upgrade deadheat" if newer else ""
        raise OtherFormat(f"format {str(version)[:40]}; this version of deadheat reads format {FORMAT}{remedy}")
    found = _converted(data, _Description)
    _converted(found.environment, _Environment)
    return StoredRun(
        directory=directory,
        run_id=found.run_id,
        started=found.started,
        command=found.command,
        plan=found.plan,
        environment=found.environment,
        stopped=found.stopped,
        elapsed_s=found.elapsed_s,
        ending=found.ending,
    )


def trial(data: Any) -> TrialResult:
    """The trial that a parsed line of trials.jsonl is. Raises `Fault`."""
    if isinstance(data, dict):
        data = {**data, **{name: _histogram(data[name], name) for name in ("latency", "lag") if name in data}}
    found = _converted(data, TrialResult)
    _converted(found.facts, _Facts)
    return found


def parsed(text: bytes) -> Any:
    """JSON as plain data. Raises `Fault`."""
    try:
        data = json.loads(text.decode("utf-8"))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        raise Fault(f"not JSON: {error.msg} at {where}") from None
    except UnicodeDecodeError as error:
        raise Fault(f"not text: byte {error.start + 1} is not UTF-8") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise Fault(f"not JSON of a run: {error}") from None
    if _depth(data) > DEEPEST:
        raise Fault(f"nested more than {DEEPEST} levels deep")
    return data


def _depth(data: Any) -> int:
    """Levels of brackets, counted no farther than one beyond the deepest that is read."""
    level, depth = [data], 0
    while level and depth <= DEEPEST:
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        depth += 1
    return depth


def _histogram(data: Any, name: str) -> Histogram:
    buckets, counts = _converted(data, tuple[list[int], list[int]], name)
    if len(buckets) != len(counts):
        raise Fault(f"{name} has {len(buckets)} buckets and {len(counts)} counts")
    return dict(zip(buckets, counts, strict=True))


def _converted(data: Any, kind: type[T], name: str = "") -> T:
    for unknown in _unknown(data, kind):
        raise Fault(f"unknown field {unknown!r}, of a newer version of deadheat or added by hand")
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise Fault(str(error).replace("`$.", "`").replace("`$", f"`{name}")) from None
    except (ValueError, OverflowError) as error:  # a name that no encoding can hold, a number beyond the largest
        raise Fault(str(error)) from None


def _unknown(data: Any, kind: Any) -> Iterator[str]:
    """Names in the data that are no field of the kind, or of its parts."""
    if not isinstance(data, dict) or not isinstance(kind, type) or not (is_dataclass(kind) or kind is _Description):
        return
    names = _Description.__struct_fields__ if kind is _Description else [field.name for field in fields(kind)]
    yield from (str(name) for name in data if name not in names)
    for name, part in _PARTS.get(kind, {}).items():
        inner = data.get(name)
        if name == "absent" and isinstance(inner, dict):
            inner = list(inner.values())
        for one in inner if isinstance(inner, list) else [inner]:
            yield from _unknown(one, part)
