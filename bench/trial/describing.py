"""The process in which a workload's module is imported before anything is measured: what it defines, as data.

    describe -> its workloads, as they are by default        make(class, texts of parameters) -> its combinations

Modules do at import what modules do: end the program, read the command line, print, start threads, ignore signals,
hang. All of that happens here, in a process per file that is killed when it has answered, and never in the one the
user talks to.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import itertools
import math
import os
import sys
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import parameters
from bench.parameters import Data, NotCarried
from bench.trial import loading, project, race, typed
from bench.trial.channel import Channel, ChannelClosed, Message, answer, take_standard_streams
from bench.trial.recorder import describe
from bench.workload import Between, Workload

FORMS = ("blocking", "coroutine")


class Refused(Exception):
    """Something about the module that the user must mend, in one line."""


def classes_of(file: Path, root: Path, name: str) -> dict[str, type[Workload]]:
    """Import a file; the workloads it defines itself, by name: the file's, with the class's where there are several."""
    of = project.of(file, root)
    os.environ[loading.VARIABLE] = loading.specification(of, "", {})
    module = loading.import_file(of)
    found = [
        value
        for value in dict.fromkeys(value for value in vars(module).values() if isinstance(value, type))  # aliases once
        if issubclass(value, Workload) and value.__module__ == module.__name__ and not value.__name__.startswith("_")
    ]
    if not found:
        raise Refused("defines no subclass of bench.Workload")
    named = {name if len(found) == 1 else f"{name}-{cls.__name__.lower()}": cls for cls in found}
    if len(named) < len(found):
        raise Refused("names of its classes differ in upper and lower case alone; rename one")
    return named


def description(cls: type[Workload], name: str) -> Message:
    """What the harness must know of a workload class before it asks for one."""
    if not dataclasses.is_dataclass(cls) or "__dataclass_fields__" not in vars(cls):
        raise Refused(f"{cls.__name__} is not a dataclass; write @dataclass(frozen=True) above it")
    forms = [form for form in FORMS if getattr(cls, form) is not getattr(Workload, form)]
    if not forms:
        raise Refused(f"{cls.__name__} has neither a blocking nor a coroutine form")
    text = inspect.getdoc(cls) or ""
    try:
        default, problem = _made(cls, name, {}), ""
    except Refused as refusal:
        default, problem = None, str(refusal)
    return {
        "name": name,
        "class": cls.__name__,
        "module": cls.__module__,
        "summary": text.partition("\n")[0],
        "parameters": _parameters(cls, _docs(text)),
        "forms": forms,
        "has_fixture": cls.fixture is not Workload.fixture,
        "default_concurrency": _levels(cls),
        "runs_while_parked": bool(cls.runs_while_parked),
        "is_floor": bool(cls.is_floor),
        "by_default": bool(cls.by_default),
        "default": default,
        "problem": problem,
    }


def _docs(text: str) -> dict[str, str]:
    """Parameter name -> its line under ``Parameters:`` in the docstring."""
    _, _, section = text.partition("Parameters:\n")
    lines = (line.strip().partition(": ") for line in section.splitlines())
    return {name: doc for name, colon, doc in lines if colon}


def _fields(cls: type[Workload]) -> list[dataclasses.Field[Any]]:
    return [field for field in dataclasses.fields(typing.cast("Any", cls)) if field.init]


def _default(field: dataclasses.Field[Any]) -> Any:
    """The default, MISSING for a parameter that must be set."""
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def _parameters(cls: type[Workload], docs: Mapping[str, str]) -> dict[str, Message]:
    told: dict[str, Message] = {}
    for field in _fields(cls):
        default = _default(field)
        missing = default is dataclasses.MISSING
        told[field.name] = {
            "required": missing,
            "default": None if missing else _carried(cls, field.name, default),
            "doc": docs.get(field.name, ""),
            "limits": "; ".join(map(str, _limits(_kind(cls, field)))),
        }
    return told


def _carried(cls: type[Workload], name: str, value: object) -> Data:
    try:
        return parameters.encoded(value)
    except NotCarried as refusal:
        raise Refused(f"{cls.__name__}.{name}: {refusal}") from None


def _kind(cls: type[Workload], field: dataclasses.Field[Any]) -> object:
    """The annotation of a parameter; the type of its default where that names what exists for the type checker only."""
    try:
        return typing.get_type_hints(cls, include_extras=True)[field.name]
    except Exception:
        owner = next(part for part in cls.__mro__ if field.name in vars(part).get("__annotations__", {field.name: 0}))
        try:
            holder = type("Holder", (), {"__annotations__": {field.name: field.type}})
            return typing.get_type_hints(holder, vars(sys.modules[owner.__module__]), include_extras=True)[field.name]
        except Exception:
            default = _default(field)
            return Any if default in (None, dataclasses.MISSING) else type(default)


def _limits(kind: object) -> list[Between]:
    """What an annotation says of a number's size, also inside ``... | None``."""
    if typing.get_origin(kind) is typing.Annotated:
        return [extra for extra in typing.get_args(kind)[1:] if isinstance(extra, Between)]
    return [limit for part in typing.get_args(kind) for limit in _limits(part)]


def _libraries(workload: Workload) -> dict[str, str]:
    libraries: Any = workload.libraries
    if isinstance(libraries, Mapping) and all(
        form in FORMS and isinstance(library, str) for form, library in libraries.items()
    ):
        return dict(libraries)
    raise Refused(
        f"{type(workload).__name__}.libraries is not a mapping of {' and '.join(FORMS)} to names of distributions"
    )


def _levels(cls: type[Workload]) -> list[int] | None:
    levels: Any = cls.default_concurrency
    if levels is None:
        return None
    if isinstance(levels, tuple | list) and levels and all(type(level) is int and level > 0 for level in levels):
        return list(levels)
    raise Refused(f"{cls.__name__}.default_concurrency is not a tuple of numbers of workers, such as (1, 8)")


def made(cls: type[Workload], name: str, texts: Mapping[str, list[str]]) -> list[Message]:
    """A workload per combination of the values that were typed for its parameters."""
    fields = {field.name: field for field in _fields(cls)}
    options = [[(key, text, _typed(cls, fields[key], text, name)) for text in given] for key, given in texts.items()]
    return [
        _made(
            cls,
            name,
            {key: value for key, _, value in combination},
            ", ".join(f"{key}={text}" for key, text, _ in combination),
        )
        for combination in itertools.product(*options)
    ]


def _typed(cls: type[Workload], field: dataclasses.Field[Any], text: str, name: str) -> Any:
    kind, option = _kind(cls, field), f"--set {name}.{field.name}={text}"
    try:
        value = typed.typed(text, kind)
    except ValueError as error:
        raise Refused(f"{option}: {error}") from None
    _check_limits(kind, value, option)
    return value


def _check_limits(kind: object, value: object, what: str) -> None:
    for limit in _limits(kind):
        if isinstance(value, int | float) and value not in limit:
            raise Refused(f"{what}: must be {limit}")


def _made(cls: type[Workload], name: str, changed: dict[str, Any], given: str = "") -> Message:
    """A workload with these parameters, which were ``given`` so."""
    try:
        workload = cls(**changed)
        least_s = float(workload.least_latency_s())
        forms = [form for form in FORMS if workload.provides(form)]
        absent = {form: str(reason) for form in forms if (reason := workload.missing(form))}
        values = _values(cls, workload)
        again = _values(cls, cls(**{key: parameters.decoded(value) for key, value in values.items()}))
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"workload {name} cannot be made with ({given}): {describe(error)}") from error
    if not 0 <= least_s < math.inf:
        raise Refused(f"workload {name}: least_latency_s() is {least_s}; it is seconds, 0 or more")
    for field in _fields(cls):
        if values[field.name] != again[field.name]:
            raise Refused(f"{cls.__name__}.{field.name} is another value when the workload is made again from it")
        _check_limits(_kind(cls, field), getattr(workload, field.name), f"workload {name}: {field.name}")
    defaults = {field.name: _default(field) for field in _fields(cls)}
    return {
        "parameters": values,
        "differing": [key for key in changed if _differs(values[key], defaults[key])],
        "least_latency_s": least_s,
        "forms": forms,
        "missing": absent,
        "libraries": _libraries(workload),
    }


def _values(cls: type[Workload], workload: Workload) -> dict[str, Data]:
    return {field.name: _carried(cls, field.name, getattr(workload, field.name)) for field in _fields(cls)}


def _differs(value: Data, default: object) -> bool:
    return default is dataclasses.MISSING or value != parameters.encoded(default)


def functions(file: Path, root: Path, names: list[str], *, optional: bool) -> Message:
    """Of each name, whether calling it does the work or makes a coroutine."""
    of = project.of(file, root)
    os.environ[loading.VARIABLE] = loading.specification(of, "", {})
    loading.import_file(of)
    kinds = {}
    for name in names:
        full = f"{of.module}{name}" if name.startswith(":") else name
        try:
            found = race.named(full)
        except AttributeError as missing:
            if optional:
                continue
            raise Refused(f"{name}: {missing}") from None
        except ImportError as missing:
            raise Refused(f"{name}: {describe(missing)}") from None
        if not callable(found):
            raise Refused(f"{name} is no function but {type(found).__name__}")
        kinds[name] = "coroutine" if _makes_a_coroutine(found) else "blocking"
    return {"module": of.module, "kinds": kinds}


def _makes_a_coroutine(function: Any) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def _described(order: Message) -> Message:
    file = Path(order["file"])
    try:
        if order["do"] == "functions":
            told = functions(file, Path(order["root"]), order["names"], optional=order["optional"])
            return {**told, "sha256": project.sha256(file)}
        classes = classes_of(file, Path(order["root"]), project.workload_name(order["stem"]))
        if order["do"] == "describe":
            told = {"workloads": [description(cls, name) for name, cls in classes.items()]}
        else:
            told = {"made": made(classes[order["name"]], order["name"], order["texts"])}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except SyntaxError as error:
        elsewhere = "" if error.filename == str(file) else f"cannot be imported: {error.filename}: "
        return {"refused": f"{elsewhere}line {error.lineno}: {error.msg}"}
    except BaseException as error:
        return {"refused": f"cannot be imported: {describe(error)}"}
    return {**told, "sha256": project.sha256(file)}


def serve(channel: Channel) -> None:
    """Answer until the other end is gone."""
    while True:
        order = channel.receive()[0]
        channel.send(answer(order, _described(order)))


def main() -> None:
    channel = take_standard_streams()
    try:
        serve(channel)
    except ChannelClosed:
        pass
