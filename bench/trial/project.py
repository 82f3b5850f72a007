"""Where a workload's own modules are, under what name it is imported, and which of its files a process has imported.

A workload finds its neighbours as a script does that is run by ``python file.py``: those in its folder and, further,
those at the root of its project. Its paths lie behind the standard library and before what is installed. Two things
differ from a script. Our packages are never hidden, and a single file does not hide an installed library of its name,
because workloads are called after what they exercise (``redis.py`` imports redis).
"""

from __future__ import annotations

import importlib
import importlib.util
import keyword
import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

PACKAGE = "workloads"
MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
"""What lies at the root of a project."""

HOME = Path(__file__).absolute().parents[2]
"""Where our packages lie."""

_OURS = {"bench", "reports", PACKAGE}
_STDLIB = Path(os.__file__).parent
_INSTALLED = {"site-packages", "dist-packages"}


class Project(NamedTuple):
    """A workload's file and the modules that belong to it.

    file: absolute. module: the name under which it is imported, dotted where its folder is a package.
    base: the folder in which the first part of that name lies. root: of the project, as `root_of` found it.
    """

    file: Path
    module: str
    base: Path
    root: Path

    @property
    def paths(self) -> tuple[str, ...]:
        """What its imports are looked up in, first to last."""
        return tuple(dict.fromkeys(map(str, (self.file.parent, self.base, self.root))))


def workload_name(stem: str) -> str:
    """What the workload of a file is called in tables and on the command line, whatever it is written with."""
    return re.sub(r"[^\w-]|^-", "_", stem)


def of(file: Path, root: Path) -> Project:
    """The project of a file, which gets a module name that nothing else has."""
    parts = _package(file.parent)
    if parts and _free(parts[0], file.parents[len(parts) - 1]):
        return located(file, root, ".".join([*parts, _identifier(file.stem)]))
    return located(file, root, file.stem if _free(file.stem, file) else f"workload_{_identifier(file.stem)}")


def located(file: Path, root: Path, module: str) -> Project:
    """The project of a file whose module name is known."""
    return Project(file, module, file.parents[module.count(".")], root)


def _package(folder: Path) -> list[str]:
    """Names of the packages a folder is in, outermost first. One called ``workloads`` needs no ``__init__.py``."""
    parts: list[str] = []
    while (folder / "__init__.py").is_file() or (folder.name == PACKAGE and not parts):
        parts.insert(0, folder.name)
        folder = folder.parent
    return parts if all(map(_importable, parts)) else []


def _importable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _free(name: str, place: Path) -> bool:
    """Whether the first part of a module's name can be that of this file or folder: it is nobody else's."""
    if not _importable(name) or name in sys.stdlib_module_names:
        return False
    if name in _OURS:
        return place == HOME / name or (name == PACKAGE and place.is_dir())
    try:
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    return found is None or found.origin in {None, str(place), str(place / "__init__.py")}


def _identifier(stem: str) -> str:
    """A stem as part of a module name: as it is where it can be, else with the code points of what cannot."""
    if _importable(stem):
        return stem
    return "_" + "".join(c if f"_{c}".isidentifier() else f"_{ord(c):x}_" for c in stem)


def root_of(file: Path, here: Path) -> Path:
    """The nearest folder above a file that looks like a project's root.

    Where none does it is the working directory ``here``, if the file is below, else the file's own folder. That is
    decided once and told to every process: a module may change the working directory.
    """
    if file.is_relative_to(HOME / PACKAGE):
        return HOME
    for folder in file.parents:
        if any((folder / mark).exists() for mark in MARKS):
            return folder
    below = file.is_relative_to(here) and here not in {Path.home(), Path(here.anchor)}
    return here if below else file.parent


class _Finder:
    """Comes first when something is imported: finds the workload's module, and keeps names to whom they belong.

    A `MetaPathFinder` without the base class, whose module would bring tempfile and more into every trial.
    """

    project: Project

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == self.project.module:
            return importlib.util.spec_from_file_location(fullname, self.project.file)
        if fullname == PACKAGE:
            return self._workloads()
        if path is None and any(Path(place, f"{fullname}.py").is_file() for place in self.project.paths):
            return PathFinder.find_spec(fullname, [place for place in sys.path if place not in self.project.paths])
        return None

    def _workloads(self) -> ModuleSpec | None:
        """The project's own ``workloads``, continued by ours."""
        places = dict.fromkeys(place / PACKAGE for place in (self.project.base, self.project.root, HOME))
        folders = [place for place in places if place.is_dir()]
        faces = [face for place in folders if (face := place / "__init__.py").is_file()]
        if not faces:
            return None
        return importlib.util.spec_from_file_location(
            PACKAGE, faces[0], submodule_search_locations=[str(place) for place in folders]
        )


_finder = _Finder()
_told: dict[str, str] = {}


def enter(project: Project) -> None:
    """Make a project's modules importable in this process, and in those that multiprocessing starts from it."""
    _finder.project = project
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    library = {str(_STDLIB), str(_STDLIB / "lib-dynload")}
    behind = max((at for at, place in enumerate(sys.path) if place in library), default=len(sys.path) - 1) + 1
    sys.path[behind:behind] = [place for place in project.paths if place not in sys.path]


def code() -> dict[str, str]:
    """SHA-256 of every file of the project that this process has imported, our own workloads included.

    A file is named by its path below the project's root, or below the folder of our packages. It is read when it is
    first told of, and not again: what has been imported does not change with it, nor what is forked from this process.
    """
    for name, file in _imported():
        if name not in _told:
            _told[name] = sha256(file)
    return dict(sorted(_told.items()))


def _imported() -> Iterator[tuple[str, Path]]:
    for module in list(sys.modules.values()):
        file = getattr(module, "__dict__", {}).get("__file__")  # not asked of the module: a lazy one stays lazy
        if isinstance(file, str) and (name := name_of(Path(file), _finder.project.root)):
            yield name, Path(file)


def name_of(file: Path, root: Path) -> str | None:
    """How a file is named in `code`; None for one that is not the project's."""
    if file.is_relative_to(HOME / PACKAGE):
        return file.relative_to(HOME).as_posix()
    others = (_STDLIB, HOME / "bench", HOME / "reports")
    if not file.is_relative_to(root) or any(file.is_relative_to(place) for place in others):
        return None
    return None if _INSTALLED & set(file.parts) else file.relative_to(root).as_posix()


def sha256(file: Path) -> str:
    """Of a file's content; empty when it cannot be read."""
    try:
        data = file.read_bytes()
    except OSError:
        return ""
    for name in ("_sha2", "_sha256", "hashlib"):  # hashlib would bring 3 MB of OpenSSL into every contestant's memory
        try:
            return str(importlib.import_module(name).sha256(data).hexdigest())
        except ImportError:
            continue
    raise ImportError("hashlib is missing")
