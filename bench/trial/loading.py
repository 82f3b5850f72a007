"""Turn the text of a workload's specification into the workload, in any process and under any interpreter.

The specification travels as JSON (file, module, class, parameters) and not as a pickle, so that a workload file
needs no importable home and the two ends may be different interpreters.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from bench.parameters import Data, decoded
from bench.trial import project
from bench.trial.project import Project
from bench.workload import Workload

VARIABLE = "DEADHEAT_WORKLOAD"
"""Environment variable through which the processes that this one starts learn what may be imported in them."""

BOOT = Path(__file__).absolute().parent / "boot" / "deadheat_boot.py"
"""What a fork server imports first, by its stem."""


def specification(of: Project, class_name: str, parameters: dict[str, Data]) -> str:
    """The text from which `load` makes the workload again."""
    place = {"file": str(of.file), "root": str(of.root), "module": of.module}
    return json.dumps({**place, "class": class_name, "parameters": parameters})


def load(spec: str) -> Workload:
    """Import the module and build the workload."""
    os.environ[VARIABLE] = spec
    fields = json.loads(spec)
    module = import_file(_project(fields))
    values = {name: decoded(value) for name, value in fields["parameters"].items()}
    holder, _, name = fields["class"].rpartition(":")
    workload: Workload = getattr(importlib.import_module(holder) if holder else module, name)(**values)
    return workload


def enter_again() -> None:
    """In a process that multiprocessing started from one with a workload: import its module, as it does a script's.

    Now and not when a task asks for it, because now multiprocessing refuses to start further processes, which a module
    that starts a pool when it is imported would do without end.
    """
    if spec := os.environ.get(VARIABLE):
        import_file(_project(json.loads(spec)))


def _project(fields: dict[str, str]) -> Project:
    return project.located(Path(fields["file"]), Path(fields["root"]), fields["module"])


def import_library(workload: Workload, form: str) -> None:
    """Import the client library of a form early, if its import name is its distribution's; opening does it anyway."""
    if library := workload.libraries.get(form):
        try:
            importlib.import_module(library.replace("-", "_"))
        except ImportError:  # a missing library is the workload's to report, in its own words
            pass


def import_file(of: Project) -> ModuleType:
    """Import a workload's file under its name, with its project's modules at hand."""
    project.enter(of)
    sys.argv[:] = [str(of.file)]  # a module that reads the command line must not read ours
    return importlib.import_module(of.module)


@contextmanager
def boot_on_path() -> Iterator[None]:
    """Let the interpreter that is started meanwhile find the boot file by its name; it takes that back itself."""
    folder, before = str(BOOT.parent), os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([folder, before] if before else [folder])
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
