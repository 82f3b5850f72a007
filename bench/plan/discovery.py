"""Find workload modules, build workloads from names and ``--set`` parameters, and say what is wrong with a bad one.

A workload is a class that subclasses `Workload`, is a dataclass, and is defined in a module of the ``workloads``
package (or in a file named on the command line). ``_name.py`` is not discovered. Its name is the module's; a second
class in one module is ``module-class``.
"""

from __future__ import annotations

import ast
import dataclasses
import difflib
import hashlib
import importlib.util
import inspect
import itertools
import os
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import UsageError, WorkloadError
from bench.model import WorkloadSpec
from bench.trial import loading
from bench.trial.recorder import describe
from bench.workload import Workload

PACKAGE = "workloads"


@dataclass(frozen=True)
class Found:
    """A discovered workload class."""

    name: str
    file: Path
    module: str
    cls: type[Workload]

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self.cls) or "").partition("\n")[0]

    def parameters(self) -> dict[str, Any]:
        """Parameter names with their defaults (`inspect.Parameter.empty` for one that must be set)."""
        return {field.name: _default(field) for field in dataclasses.fields(typing.cast("Any", self.cls))}

    def parameter_docs(self) -> dict[str, str]:
        """Parameter name -> its line under ``Parameters:`` in the docstring."""
        docs: dict[str, str] = {}
        _, _, section = (inspect.getdoc(self.cls) or "").partition("Parameters:\n")
        for line in section.splitlines():
            name, colon, text = line.strip().partition(": ")
            if colon and name in self.parameters():
                docs[name] = text
        return docs


def _default(field: Any) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default


@dataclass(frozen=True)
class Catalogue:
    """What was found, and the files that could not be used, with the reason."""

    workloads: dict[str, Found]
    broken: dict[str, str]


def directory() -> Path:
    """Where workload modules are looked for.

    Raises:
        UsageError: there is no ``workloads`` package.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise UsageError("no workloads/ package found: run from the repository, or install the project")
    return Path(next(iter(found.submodule_search_locations)))


def discover(files: Iterable[Path] = ()) -> Catalogue:
    """Import every module of the workloads package, and the given files; one bad file does not stop the rest."""
    workloads: dict[str, Found] = {}
    broken: dict[str, str] = {}
    home = directory()
    modules = [(path, f"{PACKAGE}.{path.stem}") for path in sorted(home.glob("*.py")) if path.stem[0] != "_"]
    modules += [(path.resolve(), _module_name(path, home)) for path in files]
    for path, module in modules:
        try:
            found = in_file(path, module)
        except WorkloadError as error:
            broken[path.name] = str(error)
            continue
        for workload in found:
            other = workloads.get(workload.name)
            if other is not None and other.file != workload.file:
                broken[path.name] = f"{path.name}: the name {workload.name!r} is taken by {other.file.name}"
            else:
                workloads[workload.name] = workload
    return Catalogue(workloads, broken)


def in_file(path: Path, module_name: str) -> list[Found]:
    """The workloads a file defines.

    Raises:
        WorkloadError: the file does not exist, cannot be imported, or holds no usable workload.
    """
    if not path.is_file():
        raise WorkloadError(f"{path}: no such file")
    try:
        module = loading.import_file(path, module_name)
    except SyntaxError as error:
        if error.filename and Path(error.filename).name != path.name:
            where = f"{error.filename}: line {error.lineno}: {error.msg}"
            raise WorkloadError(f"{path.name}: cannot be imported: {where}") from error
        raise WorkloadError(f"{path.name}: line {error.lineno}: {error.msg}") from error
    except Exception as error:
        raise WorkloadError(f"{path.name}: cannot be imported: {describe(error)}") from error
    classes = [
        value
        for value in dict.fromkeys(value for value in vars(module).values() if isinstance(value, type))  # aliases once
        if issubclass(value, Workload) and value.__module__ == module.__name__ and not value.__name__.startswith("_")
    ]
    if not classes:
        raise WorkloadError(f"{path.name}: defines no subclass of bench.Workload")
    return [_found(cls, path, module_name, only=len(classes) == 1) for cls in classes]


def _found(cls: type[Workload], path: Path, module_name: str, *, only: bool) -> Found:
    if not dataclasses.is_dataclass(cls) or "__dataclass_fields__" not in vars(cls):
        raise WorkloadError(f"{path.name}: {cls.__name__} is not a dataclass; write @dataclass(frozen=True) above it")
    if not any(_provides(cls, form) for form in ("blocking", "coroutine")):
        raise WorkloadError(f"{path.name}: {cls.__name__} has neither a blocking nor a coroutine form")
    name = path.stem if only else f"{path.stem}-{cls.__name__.lower()}"
    return Found(_text(name), path, module_name, cls)


def _provides(cls: type[Workload], form: str) -> bool:
    return getattr(cls, form) is not getattr(Workload, form)


def _module_name(path: Path, home: Path) -> str:
    """The module's name; one outside the package gets a name of its own, as ``json.py`` must not become ``json``."""
    resolved = path.resolve()
    if resolved.parent == home.resolve():
        return f"{PACKAGE}.{path.stem}"
    return f"{_text(path.stem)}_{hashlib.sha256(os.fsencode(resolved)).hexdigest()[:8]}"


def _text(name: str) -> str:
    """A name as text: bytes that are none, which Python has as lone surrogates, as escapes. Seeds are made of names."""
    return name.encode(errors="backslashreplace").decode()


def specs(
    catalogue: Catalogue, names: Sequence[str], settings: Mapping[str, Mapping[str, Sequence[str]]]
) -> tuple[WorkloadSpec, ...]:
    """Build the named workloads (all, when none is named) in every combination of their ``--set`` values.

    Args:
        settings: workload name -> parameter -> values as typed on the command line.

    Raises:
        UsageError: a workload, parameter or value does not exist or does not fit.
    """
    chosen = [find(catalogue, name) for name in dict.fromkeys(names)] if names else list(catalogue.workloads.values())
    for name in settings:
        if find(catalogue, name) not in chosen:
            raise UsageError(f"--set {name}.…: the workload {name!r} is not part of this run; name it as an argument")
    made = []
    for found in chosen:
        values = {
            parameter: [convert(found, parameter, text) for text in texts]
            for parameter, texts in settings.get(found.name, {}).items()
        }
        for combination in itertools.product(*values.values()):
            made.append(_spec(found, dict(zip(values, combination, strict=True))))
    return tuple({spec.label: spec for spec in made}.values())


def find(catalogue: Catalogue, name: str) -> Found:
    """The workload of that name. Raises `UsageError` with the nearest name."""
    if name in catalogue.workloads:
        return catalogue.workloads[name]
    for file, reason in catalogue.broken.items():
        if name in (file, Path(file).stem):
            raise UsageError(f"workload {name!r} cannot be used: {reason}")
    raise UsageError(unknown("workload", name, catalogue.workloads, "see `bench list`"))


def unknown(noun: str, name: str, known: Iterable[str], remedy: str) -> str:
    """The one line for a name that does not exist."""
    near = difflib.get_close_matches(name, list(known), 1, 0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown {noun} {name!r}: {hint}{remedy}"


def convert(found: Found, parameter: str, text: str) -> object:
    """Turn what was typed into the parameter's type (that of its annotation, or of its default).

    Raises:
        UsageError: no such parameter, or the text is not of its type.
    """
    known = found.parameters()
    if parameter not in known:
        raise UsageError(
            unknown(f"parameter of {found.name}", parameter, known, f"it has: {', '.join(known) or 'no parameters'}")
        )
    wanted = _type_of(found, parameter)
    try:
        if wanted in _CONVERTERS:
            return _CONVERTERS[wanted](text)
        if text in typing.get_args(wanted):
            return text
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            if str in typing.get_args(wanted):
                return text
            raise
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        kind = getattr(wanted, "__name__", str(wanted))
        raise UsageError(f"--set {found.name}.{parameter}={text}: not a value of type {kind}") from None


def _type_of(found: Found, parameter: str) -> object:
    try:
        return typing.get_type_hints(found.cls).get(parameter, str)
    except (NameError, TypeError):  # names that exist for the type checker only
        return type(found.parameters()[parameter])


def _bool(text: str) -> bool:
    try:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.lower()]
    except KeyError:
        raise ValueError(text) from None


_CONVERTERS: dict[object, typing.Callable[[str], object]] = {
    int: lambda text: int(text.replace("_", "")),
    float: float,
    bool: _bool,
    str: str,
}


def source_sha256(file: Path) -> str:
    """Of a workload's own file; a resumed run must measure the same code."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _portable(file: Path) -> str:
    """A file below the working directory by its relative path, so that a stored run names no home of its user."""
    resolved, here = file.resolve(), Path.cwd().resolve()
    return resolved.relative_to(here).as_posix() if resolved.is_relative_to(here) else str(resolved)


def _spec(found: Found, changed: dict[str, Any]) -> WorkloadSpec:
    try:
        workload = found.cls(**changed)
        least_s = float(workload.least_latency_s())
    except Exception as error:
        given = ", ".join(f"{key}={value}" for key, value in changed.items())
        raise UsageError(f"workload {found.name} cannot be made with ({given}): {describe(error)}") from error
    parameters = {name: getattr(workload, name) for name in found.parameters()}
    defaults = found.parameters()
    differing = [f"{key}={value}" for key, value in parameters.items() if key in changed and value != defaults[key]]
    return WorkloadSpec(
        name=found.name,
        label=_text(" ".join([found.name, *differing])),
        file=_portable(found.file),
        module=found.module,
        class_name=found.cls.__name__,
        summary=found.summary,
        parameters=parameters,
        forms=tuple(form for form in ("blocking", "coroutine") if workload.provides(form)),
        libraries=dict(workload.libraries),
        has_fixture=found.cls.fixture is not Workload.fixture,
        least_latency_s=least_s,
        default_concurrency=workload.default_concurrency,
        source_sha256=source_sha256(found.file),
    )
