"""The command that the user typed, and what to type next: a hint that is copied must run, and mean what it says.

`bench run` is taken apart as click takes it apart and put together with the change, so that options keep their values
however they were abbreviated. Started by make, the hint is make's: MAKE_VARIABLE is exported by the Makefile.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from bench import parameters
from bench.cli import times
from bench.errors import UsageError
from bench.model import WorkloadSpec
from bench.plan import suites
from bench.trial import project

MAKE_VARIABLE = "DEADHEAT_STARTED_BY"
_MAKE_NAMES = {"workloads": "W", "runners": "R", "concurrency": "C", "budget": "BUDGET"}
_MAKE_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./")
_PROGRAMS = {"bench", "deadheat"}
_NOT_AGAIN = {"dry_run", "resume", "as_json"}


def start() -> list[str]:
    """How this program was started, up to its arguments."""
    words = sys.orig_argv
    for number, word in enumerate(words[:-1]):
        if word == "-m" and words[number + 1] in _PROGRAMS:
            return words[: number + 2]
    program = Path(sys.argv[0])
    if program.stem not in _PROGRAMS:
        return ["bench"]
    on_path = shutil.which(program.name)
    return [program.name if on_path and Path(on_path).samefile(program) else str(program)]


def command(*words: str) -> str:
    """A command of this program, as the user would start it."""
    return shlex.join([*start(), *words])


def resume(run_id: str, results: Path) -> str:
    """The command that continues a run."""
    words = ["--resume", run_id, *(["-o", str(results)] if results != Path("results") else [])]
    return _make("bench", {}, words) if _by_make() else command("run", *words)


def again(typed: Sequence[str], **changes: Any) -> str:
    """The stored command of a run, with other values of some options of `bench run` (None: without it)."""
    given = {**_given(typed), **changes}
    given = {name: value for name, value in given.items() if value is not None and name not in _NOT_AGAIN}
    if typed[1:2] == ["race"]:
        words = given.pop("functions", ())
        return command("race", *words, *_options({name: given[name] for name in given if name != "workloads"}, "race"))
    if not _by_make():
        return command("run", *given.pop("workloads", ()), *_options(given))
    profile = given.pop("profile", "default")
    variables = {}
    for name, variable in _MAKE_NAMES.items():
        value = given.get(name)
        text = "" if value is None else ",".join(value) if name == "workloads" else written(name, value)
        if text and set(text) <= _MAKE_PLAIN | {","}:
            variables[variable] = text
            del given[name]
    return _make(profile.replace("default", "bench"), variables, [*given.pop("workloads", ()), *_options(given)])


def alone(typed: Sequence[str], spec: WorkloadSpec) -> dict[str, Any]:
    """The changes that leave one workload of a run: its word as it was typed, and the ``--set`` that make it."""
    if typed[1:2] == ["race"]:
        return {}
    given = _given(typed)
    files = [word for word in given.get("workloads", ()) if word.endswith(".py") or len(Path(word).parts) > 1]
    words = [word for word in files if _defines(word, spec.name)]
    sets = {text.partition("=")[0] for text in given.get("sets", ()) if text.partition(".")[0] == spec.name}
    if given.get("suite") or not given.get("workloads"):
        sets |= _set_by(given.get("suite"), spec)
    values = {target: spec.parameters.get(target.partition(".")[2]) for target in sorted(sets)}
    return {
        "workloads": (words[0] if words else spec.name,),
        "suite": None,
        "sets": tuple(f"{target}={parameters.shown(value)}" for target, value in values.items()) or None,
    }


def _set_by(suite: str | None, spec: WorkloadSpec) -> set[str]:
    """What a suite sets of a workload, ``workload.parameter``; all of them where the suite is no more."""
    try:
        targets = {text.partition("=")[0] for text in suites.named(suite or suites.DEFAULT).sets}
    except UsageError:
        targets = {f"{spec.name}.{parameter}" for parameter in spec.parameters}
    return {target for target in targets if target.partition(".")[0] == spec.name}


def _defines(file: str, name: str) -> bool:
    """Whether a workload of that name is the file's; a second class in a file is called ``file-class``."""
    own = project.workload_name(Path(file).stem)
    return name == own or name.startswith(f"{own}-")


def _given(typed: Sequence[str]) -> dict[str, Any]:
    """The options of a command that were typed, by name; what cannot be understood any more is left out."""
    from bench.cli import main

    known = main.race if typed[1:2] == ["race"] else main.run
    try:
        context = known.make_context("bench", list(typed[2:]), resilient_parsing=True)
    except click.ClickException:
        return {}
    return {
        name: value
        for name, value in context.params.items()
        if value not in (None, ()) and context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }


def _options(given: Mapping[str, Any], name: str = "run") -> list[str]:
    from bench.cli import main

    words: list[str] = []
    for parameter in (main.race if name == "race" else main.run).params:
        value = given.get(parameter.name or "")
        if value is None or not isinstance(parameter, click.Option):
            continue
        option = min(parameter.opts, key=len)
        for one in value if parameter.multiple else [value]:
            words += [option] if parameter.is_flag else [option, written(parameter.name or "", one)]
    return words


def written(name: str, value: Any) -> str:
    if name in {"budget", "timeout"}:
        return times.typed(value)
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _by_make() -> bool:
    return os.environ.get(MAKE_VARIABLE) == "make"


def _make(target: str, variables: Mapping[str, str], words: Sequence[str]) -> str:
    """A call of make; what has no variable of its own goes into ARGS, where a dollar is written twice."""
    arguments = {**variables, **({"ARGS": shlex.join(words).replace("$", "$$")} if words else {})}
    return shlex.join(["make", target, *(f"{name}={text}" for name, text in arguments.items())])
