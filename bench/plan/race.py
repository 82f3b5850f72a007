"""Plain functions -> a workload that lets them race: ``pkg.mod:fetch`` and ``pkg.mod:fetch_async``, or a script."""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import UsageError, WorkloadError
from bench.model import WorkloadSpec
from bench.plan import discovery, modules

CLASSES = ("bench.trial.race:Race", "bench.trial.race:CheckedRace")
SCRIPT_NAMES = ("blocking", "coroutine", "setup", "check")
"""What a script that is named by its path may define."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to race, by name. setup, check: empty for none."""

    functions: tuple[str, ...]
    setup: str = ""
    check: str = ""


def spec(asked: Asked) -> WorkloadSpec:
    """The workload of these functions.

    Raises:
        UsageError: one does not exist, or they are not one blocking function, one coroutine function, or both.
    """
    if not asked.functions:
        raise UsageError("name what is to race: pkg.mod:fetch pkg.mod:fetch_async, or a script that defines both")
    script = asked.functions[0].endswith(".py")
    if script and (len(asked.functions) > 1 or asked.setup or asked.check):
        raise UsageError(f"a script stands alone: it defines {', '.join(SCRIPT_NAMES)} itself")
    names = [f":{name}" for name in SCRIPT_NAMES] if script else _names(asked)
    file = Path(asked.functions[0]).absolute() if script else _file(asked.functions[0])
    if not file.is_file():
        raise UsageError(f"{discovery.portable(file)}: no such file")
    try:
        told = modules.functions(file.resolve(), names, optional=script)
    except WorkloadError as refusal:
        raise UsageError(str(refusal)) from refusal
    return _spec(file, told, script, asked)


def _names(asked: Asked) -> list[str]:
    for name in (*asked.functions, asked.setup, asked.check):
        module, colon, function = name.partition(":")
        if name and not (colon and module and function):
            raise UsageError(f"{name!r} is no function; write module:function, such as pkg.mod:fetch")
    return [name for name in (*asked.functions, asked.setup, asked.check) if name]


def _spec(file: Path, told: modules.Functions, script: bool, asked: Asked) -> WorkloadSpec:
    kinds = dict(told.kinds)
    if script:
        ops = {form: f"{told.module}:{form}" for form in ("blocking", "coroutine") if f":{form}" in kinds}
        for form in ops:
            if kinds[f":{form}"] != form:
                raise UsageError(f"{discovery.portable(file)}: {form} is {_kind(kinds[f':{form}'])}")
        setup, check = (f"{told.module}:{name}" if f":{name}" in kinds else "" for name in ("setup", "check"))
        if not ops:
            raise UsageError(f"{discovery.portable(file)} defines neither blocking nor coroutine")
    else:
        ops, setup, check = {}, asked.setup, asked.check
        for name in asked.functions:
            form = kinds[name]
            if form in ops:
                raise UsageError(
                    f"{ops[form]} and {name} are both {_kind(form)}; a race has one blocking function, one coroutine "
                    "function, or both. Two of a kind are two races, or a workload with a parameter"
                )
            ops[form] = name
    parameters = {"blocking_function": ops.get("blocking", ""), "coroutine_function": ops.get("coroutine", ""),
                  "setup": setup, "check_function": check}  # fmt: skip
    label = file.stem if script else " + ".join(dict.fromkeys(name.partition(":")[2] for name in ops.values()))
    return WorkloadSpec(
        name="race",
        label=f"race {label}",
        file=discovery.portable(file.resolve()),
        module=told.module,
        class_name=CLASSES[bool(check)],
        summary=" against ".join(ops.values()),
        parameters=dict(parameters),
        forms=tuple(form for form in ("blocking", "coroutine") if form in ops),
        libraries={},
        has_fixture=False,
        least_latency_s=0.0,
        default_concurrency=(1, 8),
        source_sha256=told.sha256,
    )


def _kind(form: str) -> str:
    return "a coroutine function (async def)" if form == "coroutine" else "a blocking function (def)"


def _file(name: str) -> Path:
    """The file of the module in ``module:function``: below the working directory, or wherever Python finds it.

    No package is imported for that: only the first part of the name is looked up, the rest are files beneath it.
    """
    module = name.partition(":")[0]
    parts = module.split(".")
    here = [str(Path.cwd()), str(Path.cwd() / "src"), *sys.path]
    for place in _places(parts[0], here):
        for file in (place.joinpath(*parts[1:]).with_suffix(".py") if parts[1:] else place.with_suffix(".py"),
                     place.joinpath(*parts[1:], "__init__.py")):  # fmt: skip
            if file.is_file():
                return file
    raise UsageError(f"{name}: there is no module {module!r} here or among the installed packages")


def _places(top: str, paths: Sequence[str]) -> list[Path]:
    """Where a top-level module lies, without its suffix."""
    near = [Path(path) / top for path in paths[:2]]
    found = importlib.machinery.PathFinder.find_spec(top, list(paths))
    if found is None:
        return near
    alone = [Path(found.origin).with_suffix("")] if found.origin and not found.submodule_search_locations else []
    return [*near, *alone, *map(Path, found.submodule_search_locations or ())]
