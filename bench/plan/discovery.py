"""Find workload modules, and build workloads from names and ``--set`` parameters.

A workload is a class that subclasses `Workload`, is a dataclass, and is defined in a module of our ``workloads``
package, in one of a folder ``workloads`` in the working directory, or in a file named on the command line. The nearer
one wins a name that two have. ``_name.py`` and hidden files are not discovered. Its name is the module's; a second
class in one module is ``module-class``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import parameters
from bench.errors import UsageError, WorkloadError
from bench.model import WorkloadSpec
from bench.plan import modules, plugins
from bench.plan.modules import Found, Made
from bench.trial import project

_LEFT_ALONE = ("_", ".", "#")
"""First letters of shared code, of hidden files, and of what editors leave behind."""


@dataclass(frozen=True)
class Catalogue:
    """What was found, the files that could not be used, with the reason, and what a user should know of where it is."""

    workloads: dict[str, Found]
    broken: dict[str, str]
    notes: tuple[str, ...] = ()


def directory() -> Path:
    """Where our workload modules are.

    Raises:
        UsageError: they are missing.
    """
    found = project.HOME / project.PACKAGE
    if not found.is_dir():
        raise UsageError(f"no {found}: the installation is damaged; install deadheat again")
    return found


def discover(files: Iterable[Path] = (), names: Sequence[str] = ()) -> Catalogue:
    """Describe our workloads, those of ./workloads and the given files; one bad file does not stop the rest.

    Args:
        names: what alone is wanted, besides the files; another module that takes long is passed over.
    """
    home, here = directory(), Path.cwd() / project.PACKAGE
    there = here.is_dir() and not here.samefile(home)
    added, warned = plugins.workload_files({project.workload_name(path.stem) for path in _modules_in(home)})
    near = _modules_in(here) if there else []
    groups = [_modules_in(home), added, near, [Path(file).absolute() for file in files]]
    wanted = {path: path in groups[-1] or _may_be(path, names) for group in groups for path in group}
    all_of_them = not any(wanted.values())
    described = modules.describe(
        {path: modules.TIMEOUT_S if named or all_of_them else modules.GLANCE_S for path, named in wanted.items()}
    )
    described = {
        path: found
        for path, found in described.items()
        if wanted[path] or all_of_them or not isinstance(found, modules.TooSlow)
    }
    workloads: dict[str, Found] = {}
    broken: dict[str, str] = {}
    for group in groups:
        workloads |= _of_group([path for path in group if path in described], described, broken)
    notes = _notes([groups[0], *groups[2:]], described) if there else ()
    return Catalogue(workloads, broken, (*warned, *notes))


def _may_be(path: Path, names: Sequence[str]) -> bool:
    """Whether a file may define one of these."""
    own = project.workload_name(path.stem)
    return any(name in {own, path.stem} or name.startswith(f"{own}-") for name in names)


def _of_group(
    group: Sequence[Path], described: Mapping[Path, list[Found] | WorkloadError], broken: dict[str, str]
) -> dict[str, Found]:
    """Workloads of files that are equally near; what cannot be used is added to ``broken``."""
    found: dict[str, Found] = {}
    for path in group:
        told = described[path]
        if isinstance(told, WorkloadError):
            broken[portable(path)] = str(told)
            continue
        for workload in told:
            other = found.setdefault(workload.name, workload)
            if other.file != path:
                broken[portable(path)] = f"{portable(path)}: {workload.name!r} is {portable(other.file)}; rename one"
    return found


def _modules_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ".py" and not path.name.startswith(_LEFT_ALONE))


def _notes(groups: Sequence[Sequence[Path]], described: Mapping[Path, list[Found] | WorkloadError]) -> Iterable[str]:
    """What comes from ./workloads, and what of ours it stands before."""
    ours, here = (
        [found.name for path in group if isinstance(told := described.get(path), list) for found in told]
        for group in groups[:2]
    )
    if here:
        yield f"workloads of this directory: {', '.join(here)} (in {project.PACKAGE}/)"
    if hidden := sorted(set(ours) & set(here)):
        yield f"{', '.join(hidden)}: measured from {project.PACKAGE}/ of this directory, not deadheat's own"


def in_file(path: Path) -> list[Found]:
    """The workloads a file defines.

    Raises:
        WorkloadError: the file does not exist, cannot be imported, or holds no usable workload.
    """
    (found,) = modules.describe({path.absolute(): modules.TIMEOUT_S}).values()
    if isinstance(found, WorkloadError):
        raise found
    return found


def specs(
    catalogue: Catalogue, names: Sequence[str], settings: Mapping[str, Mapping[str, Sequence[str]]]
) -> tuple[WorkloadSpec, ...]:
    """Build the named workloads in every combination of their ``--set`` values.

    When none is named all are built that can be without further values; `left_out` says which cannot.

    Args:
        settings: workload name -> parameter -> values as typed on the command line.

    Raises:
        UsageError: a workload, parameter or value does not exist or does not fit.
    """
    chosen = [find(catalogue, name) for name in dict.fromkeys(names)] if names else list(catalogue.workloads.values())
    texts = {find(catalogue, name).name: values for name, values in settings.items()}
    for name in texts:
        if name not in {found.name for found in chosen}:
            raise UsageError(f"--set {name}.…: the workload {name!r} is not part of this run; name it as an argument")
    if not names:
        chosen = [found for found in chosen if found.name in texts or (found.default and found.by_default)]
    typed = [(found, _known(found, texts[found.name])) for found in chosen if found.name in texts]
    try:
        changed = dict(zip((found.name for found, _ in typed), modules.make(typed), strict=True))
    except WorkloadError as refusal:
        raise UsageError(str(refusal)) from refusal
    made = [_spec(found, made) for found in chosen for made in changed.get(found.name) or [_default(found)]]
    return tuple({spec.label: spec for spec in made}.values())


def left_out(catalogue: Catalogue, names: Sequence[str], settings: Iterable[str]) -> dict[str, str]:
    """Files, and workloads that nobody named, which take no part: why, in one line each."""
    unmade = [found for found in catalogue.workloads.values() if found.problem and found.name not in settings]
    return {**catalogue.broken, **({} if names else {found.name: found.problem for found in unmade})}


def find(catalogue: Catalogue, name: str) -> Found:
    """The workload of that name, or of a file of that name. Raises `UsageError` with the nearest name."""
    if name in catalogue.workloads:
        return catalogue.workloads[name]
    same = [found for found in catalogue.workloads.values() if found.file.stem == name]
    if len(same) == 1:
        return same[0]
    for file, reason in catalogue.broken.items():
        if name in (file, Path(file).name, Path(file).stem):
            raise UsageError(f"workload {name!r} cannot be used: {reason}")
    raise UsageError(unknown("workload", name, catalogue.workloads, "see `bench list`"))


def unknown(noun: str, name: str, known: Iterable[str], remedy: str) -> str:
    """The one line for a name that does not exist."""
    near = difflib.get_close_matches(name, list(known), 1, 0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown {noun} {name!r}: {hint}{remedy}"


def _known(found: Found, texts: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    known = found.parameters
    for name in texts:
        if name not in known:
            raise UsageError(
                unknown(f"parameter of {found.name}", name, known, f"it has: {', '.join(known) or 'no parameters'}")
            )
    return texts


def _default(found: Found) -> Made:
    if found.default is None:
        raise UsageError(found.problem)
    return found.default


def portable(file: Path) -> str:
    """A file below the working directory by its relative path, so that a stored run names no home of its user."""
    here = Path.cwd()
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else str(file)


def _text(name: str) -> str:
    """A name as text: bytes that are none, which Python has as lone surrogates, as escapes. Seeds are made of names."""
    return name.encode(errors="backslashreplace").decode()


def _spec(found: Found, made: Made) -> WorkloadSpec:
    differing = [f"{name}={parameters.shown(made.parameters[name])}" for name in made.differing]
    return WorkloadSpec(
        name=found.name,
        label=_text(" ".join([found.name, *differing])),
        file=portable(found.file.resolve()),
        module=found.module,
        class_name=found.class_name,
        summary=found.summary,
        parameters=made.parameters,
        forms=made.forms,
        libraries=made.libraries,
        has_fixture=found.has_fixture,
        least_latency_s=made.least_latency_s,
        default_concurrency=found.default_concurrency,
        source_sha256=made.source_sha256,
        runs_while_parked=found.runs_while_parked,
        is_floor=found.is_floor,
        missing=made.missing,
    )
