"""What other distributions add: workloads and runners by entry points ``bench.workloads`` and ``bench.runners``.

An entry point names a module. A workload's is found as a file and inspected like any other, in a process of its own; a
runner's is imported here. One that is broken is a warning; one with the name of another is an error, because nobody
could tell which was measured.
"""

from __future__ import annotations

from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path

from bench.errors import UsageError
from bench.trial import project, runners

GROUP = "bench.workloads"


def workload_files(ours: set[str]) -> tuple[list[Path], list[str]]:
    """Files of the workloads that plug-ins register, and warnings on those that are not there.

    Args:
        ours: names that are taken.

    Raises:
        UsageError: a plug-in takes one of them, or two take the same.
    """
    files: dict[str, Path] = {}
    warnings = []
    for point in metadata.entry_points(group=GROUP):
        file = _file(point.value)
        if file is None:
            warnings.append(f"plug-in {_origin(point)}: there is no module {point.value}; reinstall or remove it")
            continue
        name = project.workload_name(file.stem)
        if name in ours or name in files:
            raise UsageError(f"plug-in {_origin(point)} has a workload called {name}, as there is one; remove either")
        files[name] = file
    return list(files.values()), warnings


def check_runners() -> list[str]:
    """Warnings on runners of plug-ins that cannot be used.

    Raises:
        UsageError: one has the name of one of ours, or of another plug-in's.
    """
    seen = set(runners.names())
    for point in metadata.entry_points(group=runners.GROUP):
        if point.name in seen:
            raise UsageError(
                f"plug-in {_origin(point)} has a runner called {point.name}, as there is one; remove either"
            )
        seen.add(point.name)
    return [f"plug-in {_origin(runners.plugins()[name])}: {why}" for name, why in runners.broken().items()]


def distributions() -> set[str]:
    """Names of the distributions whose entry points these are."""
    points = [*metadata.entry_points(group=GROUP), *metadata.entry_points(group=runners.GROUP)]
    return {point.dist.name for point in points if point.dist is not None}


def _file(module: str) -> Path | None:
    """The file of a module, of which nothing is imported: the first part is looked up, the rest lie beneath it."""
    top, *rest = module.partition(":")[0].split(".")
    found = PathFinder.find_spec(top)
    if found is None:
        return None
    if not rest:
        return Path(found.origin) if found.origin else None
    for place in found.submodule_search_locations or ():
        file = Path(place).joinpath(*rest).with_suffix(".py")
        if file.is_file():
            return file
    return None


def _origin(point: metadata.EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value
