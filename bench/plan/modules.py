"""Ask workload files what they define, each in a process of its own, so that nothing a module does reaches this one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import parameters
from bench.errors import WorkloadError
from bench.parameters import Data
from bench.process.child import Child, ChildLost
from bench.process.launch import executed
from bench.process.reaper import Reaper
from bench.trial import project
from bench.trial.channel import Message

TIMEOUT_S = 20.0
"""What a module may take to be imported; the same that a trial has by default."""

GLANCE_S = 2.0
"""What one may take that nobody asked for by name."""

_AT_ONCE = 8


class TooSlow(WorkloadError):
    """A module that was not imported in the time it had."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A field of a workload.

    default: data (`bench.parameters`), None also when ``required``. doc: its line in the docstring.
    limits: in words, empty without.
    """

    default: Data
    required: bool
    doc: str
    limits: str

    @property
    def shown(self) -> str:
        """The default as it would be typed."""
        return "…" if self.required else parameters.shown(self.default)


@dataclass(frozen=True, slots=True)
class Made:
    """One combination of parameters.

    differing: the names of those that are not at their default. forms: those it states so; missing: those of them that
    cannot run here -> why.
    """

    parameters: dict[str, Data]
    differing: tuple[str, ...]
    least_latency_s: float
    forms: tuple[str, ...]
    missing: dict[str, str]
    libraries: dict[str, str]
    source_sha256: str


@dataclass(frozen=True, slots=True)
class Found:
    """A workload that a file defines.

    file: absolute, as it is called in the file system. module: the name under which a trial imports it.
    default: what it is without ``--set``; None when it cannot be made so, and ``problem`` says why.
    """

    name: str
    file: Path
    module: str
    class_name: str
    summary: str
    parameters: dict[str, Parameter]
    forms: tuple[str, ...]
    has_fixture: bool
    default_concurrency: tuple[int, ...] | None
    runs_while_parked: bool
    is_floor: bool
    by_default: bool
    default: Made | None
    problem: str


def describe(files: Mapping[Path, float]) -> dict[Path, list[Found] | WorkloadError]:
    """The workloads of each file, or what is wrong with it.

    Args:
        files: how many seconds each may take to be imported.
    """
    there = {file: timeout_s for file, timeout_s in files.items() if file.is_file()}
    orders = [(_order("describe", file), timeout_s) for file, timeout_s in there.items()]
    answers = dict(zip(there, _ask(orders), strict=True))
    return {file: _described(file, answers.get(file, {"refused": "no such file"})) for file in files}


def make(wanted: Sequence[tuple[Found, Mapping[str, Sequence[str]]]]) -> list[list[Made]]:
    """Every combination of the values that were typed for the parameters of each workload.

    Raises:
        WorkloadError: a value does not fit, or the workload refuses it.
    """
    orders = [
        {**_order("make", found.file), "name": found.name, "texts": {name: list(text) for name, text in texts.items()}}
        for found, texts in wanted
    ]
    return [_made_of(answer) for answer in _ask([(order, TIMEOUT_S) for order in orders])]


@dataclass(frozen=True, slots=True)
class Functions:
    """What functions a file's module gives. kinds: name as it was asked for -> ``blocking``, ``coroutine``."""

    module: str
    kinds: dict[str, str]
    sha256: str


def functions(file: Path, names: Sequence[str], *, optional: bool) -> Functions:
    """Which of these can be called, and how.

    Args:
        names: ``module:function``; without a module, of the file's own.
        optional: one that is not there is left out.

    Raises:
        WorkloadError: one does not exist or is no function, or the module cannot be imported.
    """
    order = {**_order("functions", file), "names": list(names), "optional": optional}
    (told,) = _ask([(order, TIMEOUT_S)])
    if refused := told.get("refused"):
        raise WorkloadError(f"{file.name}: {refused}")
    return Functions(str(told["module"]), dict(told["kinds"]), str(told["sha256"]))


def _order(do: str, file: Path) -> Message:
    place = file.resolve()
    return {"do": do, "file": str(place), "root": str(project.root_of(place, Path.cwd())), "stem": file.stem}


def _ask(orders: Sequence[tuple[Message, float]]) -> list[Message]:
    """Each order's answer, from a process of its own that has so long; one that is lost has refused."""
    answers: list[Message] = []
    if not orders:
        return answers
    with Reaper() as reaper:
        while len(answers) < len(orders):
            children: list[Child] = []
            batch = orders[len(answers) : len(answers) + _AT_ONCE]
            try:
                refused = _begin(batch, reaper, children)
                answers += [_answer(child, timeout_s) for child, (_, timeout_s) in zip(children, batch, strict=False)]
            finally:
                for child in children:
                    child.kill()
            if not children:
                answers.append({"refused": f"cannot be imported: {refused}"})
    return answers


def _begin(batch: Sequence[tuple[Message, float]], reaper: Reaper, children: list[Child]) -> str:
    """Start as many as the machine lets us, which may be fewer where files or processes are scarce; why no more."""
    for order, timeout_s in batch:
        try:
            child = Child(executed("bench.trial.describing", reaper.environment), reaper)
        except ChildLost as lost:
            return str(lost)
        children.append(child)
        child.send(order, timeout_s)
    return ""


def _answer(child: Child, timeout_s: float) -> Message:
    left_s = child.launched_s + timeout_s - time.perf_counter()
    try:
        answer, _ = child.reply(max(left_s, 0.01))
    except ChildLost as lost:
        if lost.hung:
            return {"refused": f"cannot be imported within {timeout_s:g} s", "slow": True}
        return {"refused": f"cannot be imported: {lost}"}
    words = child.output().split("\n")[-2:]
    if "SystemExit: 2" in answer.get("refused", "") and any(words):  # what argparse says, it prints
        answer["refused"] += f"; its last words: {' '.join(words).strip()}"
    return answer


def _described(file: Path, answer: Message) -> list[Found] | WorkloadError:
    if "refused" in answer:
        kind = TooSlow if answer.get("slow") else WorkloadError
        return kind(f"{file.name if file.is_file() else file}: {answer['refused']}")
    return [_found(file, answer["sha256"], told) for told in answer["workloads"]]


def _found(file: Path, sha256: str, told: dict[str, Any]) -> Found:
    levels, default = told["default_concurrency"], told["default"]
    return Found(
        name=told["name"],
        file=file,
        module=told["module"],
        class_name=told["class"],
        summary=told["summary"],
        parameters={name: Parameter(**parameter) for name, parameter in told["parameters"].items()},
        forms=tuple(told["forms"]),
        has_fixture=told["has_fixture"],
        default_concurrency=tuple(levels) if levels else None,
        runs_while_parked=told["runs_while_parked"],
        is_floor=told["is_floor"],
        by_default=told["by_default"],
        default=_made(default, sha256) if default else None,
        problem=told["problem"],
    )


def _made_of(answer: Message) -> list[Made]:
    if "refused" in answer:
        raise WorkloadError(answer["refused"])
    return [_made(made, answer["sha256"]) for made in answer["made"]]


def _made(told: dict[str, Any], sha256: str) -> Made:
    return Made(
        parameters=told["parameters"],
        differing=tuple(told["differing"]),
        least_latency_s=told["least_latency_s"],
        forms=tuple(told["forms"]),
        missing=told["missing"],
        libraries=told["libraries"],
        source_sha256=sha256,
    )
